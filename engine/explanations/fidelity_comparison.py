"""Methods held against each other over the same people: means, differences, intervals."""

from __future__ import annotations

import numpy as np
import polars as pl
from numpy.typing import NDArray

from engine.errors import UnknownNameError
from engine.explanations.fidelity import Fidelity
from engine.explanations.fidelity_quantities import BETTER

__all__ = ["differences", "resampled_means", "summary"]

_TAILS = (0.025, 0.975)
_NUMBERS = {"n": pl.Int64, "value": pl.Float64, "low": pl.Float64, "high": pl.Float64}


def summary(fidelity: Fidelity, *, rng: np.random.Generator, resamples: int = 1000) -> pl.DataFrame:
    """Return the mean of every measure and method, with a 95% interval from resampling people.

    Returns
    -------
    Columns method, measure, n (people with a value), value, low, high; the last three are missing
    where nobody has a value, the interval also where only one person has.
    """
    m, u, q = fidelity.values.shape
    table = fidelity.values.transpose(1, 0, 2).reshape(u, m * q)
    rows = [
        (method, measure, *numbers)
        for (method, measure), numbers in zip(
            ((method, measure) for method in fidelity.methods for measure in fidelity.measures),
            _numbers(table, rng=rng, resamples=resamples),
            strict=True,
        )
    ]
    schema = {"method": pl.String, "measure": pl.String, **_NUMBERS}
    return pl.DataFrame(rows, schema=schema, orient="row")


def differences(
    fidelity: Fidelity, reference: str, *, rng: np.random.Generator, resamples: int = 1000
) -> pl.DataFrame:
    """Return how each other method differs from one, person by person.

    Returns
    -------
    Columns method, reference, measure, n (people with both values), value (method - reference),
    low, high, and verdict: "better" or "worse" than the reference where the 95% interval excludes
    0, else "unclear"; missing for measures that have no better side.

    Raises
    ------
    UnknownNameError
        The reference is not among the methods.
    """
    if reference not in fidelity.methods:
        raise UnknownNameError(
            "the reference {reference} is not among the methods {names}; add it to them",
            reference=reference,
            names=", ".join(fidelity.methods),
        )
    base = fidelity.values[fidelity.methods.index(reference)]
    others = [place for place, name in enumerate(fidelity.methods) if name != reference]
    _, u, q = fidelity.values.shape
    apart = (fidelity.values[others] - base).transpose(1, 0, 2).reshape(u, len(others) * q)
    names = [
        (fidelity.methods[place], measure) for place in others for measure in fidelity.measures
    ]
    rows = [
        (method, reference, measure, *numbers, _verdict(measure, numbers))
        for (method, measure), numbers in zip(
            names, _numbers(apart, rng=rng, resamples=resamples), strict=True
        )
    ]
    schema = {
        "method": pl.String,
        "reference": pl.String,
        "measure": pl.String,
        **_NUMBERS,
        "verdict": pl.String,
    }
    return pl.DataFrame(rows, schema=schema, orient="row")


def resampled_means(
    columns: NDArray[np.float64], *, rng: np.random.Generator, resamples: int
) -> NDArray[np.float64]:
    """(B, C) means of the (U, C) columns under the same draws of people; NaN are left out."""
    n = len(columns)
    counts = rng.multinomial(n, np.full(n, 1 / n), size=resamples).astype(np.float64)
    present = ~np.isnan(columns)
    totals, sizes = counts @ np.where(present, columns, 0.0), counts @ present
    return np.asarray(totals / np.where(sizes > 0, sizes, np.nan))


Numbers = tuple[int, float | None, float | None, float | None]


def _numbers(
    columns: NDArray[np.float64], *, rng: np.random.Generator, resamples: int
) -> list[Numbers]:
    counts = (~np.isnan(columns)).sum(axis=0)
    means = np.nansum(columns, axis=0) / np.maximum(counts, 1)
    draws = np.sort(resampled_means(columns, rng=rng, resamples=resamples), axis=0)
    found: list[Numbers] = []
    for column, n in enumerate(counts.tolist()):
        known = draws[~np.isnan(draws[:, column]), column]
        low, high = np.quantile(known, _TAILS).tolist() if n > 1 else (None, None)
        found.append((n, float(means[column]) if n else None, low, high))
    return found


def _verdict(measure: str, numbers: Numbers) -> str | None:
    better, (_, _, low, high) = BETTER.get(measure), numbers
    if better is None or low is None or high is None:
        return None
    if low > 0:
        return "better" if better > 0 else "worse"
    if high < 0:
        return "worse" if better > 0 else "better"
    return "unclear"
