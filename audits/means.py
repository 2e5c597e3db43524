"""The row of a number, with its interval or the reason it has none."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from audits.intervals import percentile_interval
from audits.results import Result

__all__ = ["bounded", "mean_row", "with_interval"]

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
    present = values[~np.isnan(values)]
    n = len(present)
    mean = float(present.mean()) if n else None
    reason = _no_interval(present)
    if reason:
        return Result(metric, k, by, group, n, mean, None, None, reason)
    return Result(metric, k, by, group, n, mean, *interval, method)


def _no_interval(present: NDArray[np.float64]) -> str | None:
    if len(present) == 0:
        return "none: no user has a value"
    if len(present) == 1:
        return "none: only one user has a value"
    spread, size = float(np.ptp(present)), float(np.abs(present).max())
    return "none: all values are equal" if spread <= ROUNDING * max(1.0, size) else None


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
