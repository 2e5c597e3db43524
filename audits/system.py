"""Measures of all lists together: coverage, concentration and evenness of exposure."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from audits.blocks import BLOCKS
from audits.evaluation import Tally
from audits.intervals import jackknife
from audits.kernels.exposure import coverage, entropy, evenness, gini
from audits.results import Result

__all__ = ["SYSTEM_METRICS", "system_changes", "system_rows"]

Statistic = Callable[[NDArray[np.int64]], NDArray[np.float64]]
SYSTEM_METRICS: dict[str, Statistic] = {
    "coverage": coverage,
    "gini": gini,
    "entropy": entropy,
    "evenness": evenness,
}
METHOD = f"delete-group jackknife, {BLOCKS} blocks of users"


def system_rows(tally: Tally) -> list[Result]:
    """One row a whole-system measure; n counts everyone who has a list."""
    return [
        _row(metric, tally, tally.counts, statistic) for metric, statistic in SYSTEM_METRICS.items()
    ]


def system_changes(before: Tally, after: Tally) -> list[Result]:
    """After minus before; the same block is left out on both sides."""
    counts = np.concatenate([before.counts, after.counts], axis=1)
    return [
        _row(metric, after, counts, _difference(statistic))
        for metric, statistic in SYSTEM_METRICS.items()
    ]


def _difference(statistic: Statistic) -> Statistic:
    def change(counts: NDArray[np.int64]) -> NDArray[np.float64]:
        old, new = np.split(counts, 2, axis=-1)
        return np.asarray(statistic(new) - statistic(old))

    return change


def _row(metric: str, tally: Tally, counts: NDArray[np.int64], statistic: Statistic) -> Result:
    value, low, high = jackknife(counts, statistic)
    row = (metric, tally.k, None, None, tally.n_lists)
    if np.isnan(value):
        return Result(*row, None, None, None, "none: nothing was shown")
    if not high > low:
        return Result(*row, value, None, None, "none: no spread between blocks of users")
    return Result(*row, value, low, high, METHOD)
