"""Measures of all lists together: coverage, concentration, evenness, provider groups."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from audits.blocks import BLOCKS
from audits.evaluation import Evaluation
from audits.intervals import jackknife
from audits.kernels.exposure import coverage, entropy, gini
from audits.kernels.providers import exposure_ratio
from audits.results import Result

__all__ = [
    "PROVIDER_EXPOSURE",
    "SYSTEM_METRICS",
    "provider_ratios",
    "system_changes",
    "system_rows",
]

Values = NDArray[np.float64]
Statistic = Callable[[NDArray[Any]], Values]
SYSTEM_METRICS: dict[str, Statistic] = {"coverage": coverage, "gini": gini, "entropy": entropy}
PROVIDER_EXPOSURE = "provider_exposure"
METHOD = f"delete-group jackknife, {BLOCKS} blocks of users"
TOO_FEW = "none: fewer than 2 groups may be compared"


def system_rows(evaluation: Evaluation) -> list[Result]:
    """One row a whole-system measure; n counts everyone who has a list."""
    rows = [
        _row(metric, evaluation, evaluation.partial.counts, statistic)
        for metric, statistic in SYSTEM_METRICS.items()
    ]
    if not _has_groups(evaluation):
        return [*rows, _without_groups(evaluation)]
    exposure = evaluation.partial.exposure
    return [*rows, _row(PROVIDER_EXPOSURE, evaluation, exposure, _least_ratio(evaluation))]


def system_changes(before: Evaluation, after: Evaluation) -> list[Result]:
    """After minus before; the same block is left out on both sides."""
    counts = np.concatenate([before.partial.counts, after.partial.counts], axis=1)
    rows = [
        _row(metric, after, counts, partial(_difference, old=statistic, new=statistic))
        for metric, statistic in SYSTEM_METRICS.items()
    ]
    if not _has_groups(after):
        return [*rows, _without_groups(after)]
    exposure = np.concatenate([before.partial.exposure, after.partial.exposure], axis=1)
    change = partial(_difference, old=_least_ratio(before), new=_least_ratio(after))
    return [*rows, _row(PROVIDER_EXPOSURE, after, exposure, change)]


def provider_ratios(evaluation: Evaluation) -> dict[str, float]:
    """Return the exposure ratio of each provider group with past interactions, least first."""
    ratios = exposure_ratio(evaluation.partial.exposure.sum(axis=0), evaluation.providers.merit)
    named = zip(evaluation.providers.names, ratios.tolist(), strict=True)
    return dict(sorted(((n, r) for n, r in named if not np.isnan(r)), key=lambda pair: pair[1]))


def _has_groups(evaluation: Evaluation) -> bool:
    return int((evaluation.providers.merit > 0).sum()) > 1


def _least_ratio(evaluation: Evaluation) -> Statistic:
    """Return the ratio of the group that is least exposed in the full sample, as for gaps."""
    merit = evaluation.providers.merit
    ratios = exposure_ratio(evaluation.partial.exposure.sum(axis=0), merit)
    least = 0 if np.isnan(ratios).all() else int(np.nanargmin(ratios))
    return lambda exposure: exposure_ratio(exposure, merit)[..., least]


def _difference(counts: NDArray[Any], *, old: Statistic, new: Statistic) -> Values:
    before, after = np.split(counts, 2, axis=-1)
    return np.asarray(new(after) - old(before))


def _without_groups(evaluation: Evaluation) -> Result:
    n = evaluation.n_lists
    return Result(PROVIDER_EXPOSURE, evaluation.k, None, None, n, None, None, None, TOO_FEW)


def _row(metric: str, evaluation: Evaluation, counts: NDArray[Any], statistic: Statistic) -> Result:
    value, low, high = jackknife(counts, statistic)
    row = (metric, evaluation.k, None, None, evaluation.n_lists)
    if np.isnan(value):
        return Result(*row, None, None, None, "none: nothing was shown")
    # Sums of attention round: what differs by no more does not differ.
    if not high - low > 1e-12:
        return Result(*row, value, None, None, "none: no spread between blocks of users")
    return Result(*row, value, low, high, METHOD)
