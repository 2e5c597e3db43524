"""The gap between groups: which two groups span it, how wide it is, how wide by chance."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial

import numpy as np
from fairlearn.metrics import MetricFrame
from numpy.typing import NDArray

from audits.groups import MISSING, Groups
from audits.intervals import chance_gap
from audits.partials import USER_METRICS

__all__ = ["Gap", "find_gaps"]

Values = NDArray[np.float64]
Columns = NDArray[np.int64]


@dataclass(frozen=True)
class Gap:
    """The gap of one measure, among the groups that may be shown.

    Attributes
    ----------
    largest, smallest
        Codes of the groups with the largest and the smallest mean.
    difference
        Largest minus smallest mean.
    ratio
        Smallest over largest mean; None if the largest is 0.
    n
        Users with a value in all compared groups.
    by_chance
        The difference to be expected if group labels meant nothing.
    """

    largest: int
    smallest: int
    difference: float
    ratio: float | None
    n: int
    by_chance: float


def find_gaps(
    values: Values, groups: Groups, visible: NDArray[np.bool_], *, rng: np.random.Generator
) -> dict[int, Gap]:
    """Find the gap of each measure (by column) that has two usable groups or more.

    Users with a missing attribute are a row of their own and enter no gap. The disaggregated
    means, their difference and ratio are fairlearn's.

    Parameters
    ----------
    values
        (U, M) per-user values; NaN = missing.
    visible
        (G, M) true where the group may be shown for the measure.
    rng
        For the gap to be expected by chance.
    """
    usable = visible & (np.array(groups.names) != MISSING)[:, None]
    found: dict[int, Gap] = {}
    for columns, codes in _same_groups(usable):
        rows = np.flatnonzero(np.isin(groups.codes, codes))
        part = values[rows][:, columns]
        # Sorted, so that the draws do not hang on what the groups are called.
        sizes = sorted(int((groups.codes == code).sum()) for code in codes)
        chance = chance_gap(part, sizes, rng=rng)
        found |= _read(_metric_frame(part, groups.codes[rows], columns), part, columns, chance)
    return found


def _same_groups(usable: NDArray[np.bool_]) -> Iterator[tuple[Columns, NDArray[np.int64]]]:
    """Yield sets of measures that may use the same groups; one frame serves each set."""
    patterns, index = np.unique(usable.T, axis=0, return_inverse=True)
    for p, pattern in enumerate(patterns):
        if pattern.sum() > 1:
            yield np.flatnonzero(index.ravel() == p), np.flatnonzero(pattern)


def _metric_frame(values: Values, codes: NDArray[np.int64], columns: Columns) -> MetricFrame:
    """Hand fairlearn row numbers in place of labels: a list has no y_true and y_pred."""
    rows = np.arange(len(values))
    return MetricFrame(
        metrics={
            USER_METRICS[m]: partial(_mean, values=values[:, j]) for j, m in enumerate(columns)
        },
        y_true=rows,
        y_pred=rows,
        sensitive_features=codes,
    )


def _mean(rows: NDArray[np.int64], _: NDArray[np.int64], *, values: Values) -> float:
    return float(np.nanmean(values[rows]))


def _read(frame: MetricFrame, values: Values, columns: Columns, chance: Values) -> dict[int, Gap]:
    differences, ratios = frame.difference(), frame.ratio()
    found = {}
    for j, m in enumerate(columns):
        name = USER_METRICS[m]
        means = frame.by_group[name]
        found[int(m)] = Gap(
            largest=int(means.idxmax()),
            # The last of equals, so that equal means still give two groups.
            smallest=int(means[::-1].idxmin()),
            difference=float(differences[name]),
            ratio=float(ratios[name]) if means.max() > 0 else None,
            n=int((~np.isnan(values[:, j])).sum()),
            by_chance=float(chance[j]),
        )
    return found
