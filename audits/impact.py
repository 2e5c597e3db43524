"""The counts behind impact and scoring ratios, as 6 RCNY 5-300 ff. wants them published.

Nothing is left out: items nobody said the group of, and groups below 2% of what could be shown,
are listed with their counts and marked.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from audits.groups import MISSING
from audits.totals import Totals

__all__ = ["SMALL_SHARE", "Impact", "ImpactGroup", "impact_groups"]

SMALL_SHARE = 0.02


@dataclass(frozen=True)
class ImpactGroup:
    """One group of items.

    Attributes
    ----------
    selected, assessed
        Showings that happened, and that could have; an item in several groups is split.
    above_median, scored
        Shown items scored above the median of all scores, and with a score.
    unknown
        Whether these are the items nobody said the group of; they enter no ratio.
    small
        Whether the group has less than 2% of what could be shown.
    """

    by: str
    group: str
    selected: float
    assessed: float
    above_median: float
    scored: float
    unknown: bool
    small: bool


@dataclass(frozen=True)
class Impact:
    """The counts of all groups, and the shown scores equal to the median, which count as below."""

    ties_at_median: int
    groups: tuple[ImpactGroup, ...]


def impact_groups(by: str, totals: Totals, sums: NDArray[np.float64]) -> Iterator[ImpactGroup]:
    """Read the counts of each group of items off the sums over everyone."""
    table = np.stack([sums[part] for part in totals.counts.values()])
    whole = table[1].sum()
    for group, (selected, assessed, above, scored) in zip(totals.cells, table.T, strict=True):
        yield ImpactGroup(
            by,
            group,
            float(selected),
            float(assessed),
            float(above),
            float(scored),
            unknown=group == MISSING,
            small=bool(assessed < SMALL_SHARE * whole),
        )
