"""The row of a number, with its interval or the reason it has none."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from audits.intervals import percentile_interval
from audits.moments import Moments
from audits.results import Result

__all__ = ["all_equal", "bounded", "mean_row", "moment_row", "with_interval"]

ROUNDING = 1e-12


def mean_row(
    values: NDArray[np.float64],
    interval: tuple[float, float],
    *,
    metric: str,
    k: int,
    method: str,
    by: str | None = None,
    group: str | None = None,
) -> Result:
    """Describe the mean of per-user values; NaN = missing.

    No value, one user, or values that are all equal carry no interval: a resample of them
    could not vary, and an interval of width 0 would read as certainty.
    """
    moments = Moments.of(values[:, None])[0]
    return moment_row(moments, interval, metric=metric, k=k, method=method, by=by, group=group)


def moment_row(
    moments: Moments,
    interval: tuple[float, float],
    *,
    metric: str,
    k: int,
    method: str,
    by: str | None = None,
    group: str | None = None,
) -> Result:
    """Describe a mean by its moments, as `mean_row` does by the values."""
    n = int(moments.n)
    mean = float(moments.mean) if n else None
    reason = _no_interval(moments)
    if reason:
        return Result(metric, k, by, group, n, mean, None, None, reason)
    return Result(metric, k, by, group, n, mean, *interval, method)


def all_equal(moments: Moments) -> bool:
    """Tell whether values differ by no more than rounding."""
    least, most = float(moments.least), float(moments.most)
    return most - least <= ROUNDING * max(1.0, abs(least), abs(most))


def _no_interval(moments: Moments) -> str | None:
    if moments.n == 0:
        return "none: no user has a value"
    if moments.n == 1:
        return "none: only one user has a value"
    return "none: all values are equal" if all_equal(moments) else None


def with_interval(row: Result, samples: NDArray[np.float64]) -> Result:
    """Give a row the percentile interval of its resampled values, where they vary."""
    low, high = percentile_interval(samples)
    return bounded(row, (float(low), float(high)), method=row.interval)


def bounded(row: Result, ends: tuple[float, float], *, method: str) -> Result:
    """Give a row its interval.

    Ends that are equal, or missing, give none, for a width of 0 would read as certainty; equal
    means what is left of equal numbers after adding and dividing.
    """
    low, high = ends
    if not high - low > ROUNDING * max(1.0, abs(row.value or 0.0)):
        return replace(row, interval="none: all values are equal")
    return replace(row, low=low, high=high, interval=method)
