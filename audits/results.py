"""The rows of a report: a number with its n and interval, or the reason it is withheld."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

import polars as pl

if TYPE_CHECKING:
    from audits.impact import Impact

__all__ = [
    "DIFFERENCE",
    "EXPOSURE",
    "GAP",
    "GAPS",
    "ITEM",
    "MAD",
    "OTHERS",
    "RATIO",
    "Result",
    "Summary",
    "Suppressed",
    "to_frame",
]

DIFFERENCE = "difference"
RATIO = "ratio"
MAD = "mad"
GAPS = (DIFFERENCE, RATIO, MAD)
# The gap in accuracy between groups, the exposure of the least exposed provider group, and the
# name under which provider groups too small for a ratio are taken together.
GAP = "gap"
EXPOSURE = "exposure_merit"
OTHERS = "(others)"
# How the name of a grouping begins that is one of items.
ITEM = "item:"


@dataclass(frozen=True)
class Result:
    """One number of an audit.

    Attributes
    ----------
    metric, k
        A measure of the catalogue, and how many places of each list it looks at.
    by, group
        A user attribute and one of its groups; both None for all users. The gap between groups
        has the group "difference" (largest minus smallest mean), "ratio" (smallest over
        largest) or "mad" (mean difference over all pairs).
    n
        Users the number rests on.
    value
        None where it cannot be had; `interval` says why.
    low, high
        95% interval; None where it cannot be had.
    interval
        How the interval was made, or why there is none.
    by_chance
        On a difference: the gap to be expected if group labels meant nothing.
    p_value, p_adjusted
        On a difference: how often labels that mean nothing give such a gap, and the same after
        Benjamini-Hochberg over all differences of the report.
    effect_size
        On a difference: in standard deviations of one person (Cohen's d).
    detectable
        The smallest gap that would be found 4 times in 5 with so many people: on a difference
        between its two groups, on a group between it and all others.
    """

    metric: str
    k: int
    by: str | None
    group: str | None
    n: int
    value: float | None
    low: float | None
    high: float | None
    interval: str
    by_chance: float | None = None
    p_value: float | None = None
    p_adjusted: float | None = None
    effect_size: float | None = None
    detectable: float | None = None


@dataclass(frozen=True)
class Suppressed:
    """A cell that is withheld, and why; neither its value nor its exact n is kept."""

    metric: str
    k: int
    by: str
    group: str
    reason: str


@dataclass(frozen=True)
class Summary:
    """All rows of one audit, the cells that are withheld, and the counts behind impact ratios."""

    results: tuple[Result, ...]
    suppressed: tuple[Suppressed, ...]
    impact: Impact | None = None


def to_frame(results: Sequence[Result]) -> pl.DataFrame:
    """Return the results as a table, one row each."""
    schema = {
        "metric": pl.String,
        "k": pl.Int64,
        "by": pl.String,
        "group": pl.String,
        "n": pl.Int64,
        "value": pl.Float64,
        "low": pl.Float64,
        "high": pl.Float64,
        "interval": pl.String,
        "by_chance": pl.Float64,
        "p_value": pl.Float64,
        "p_adjusted": pl.Float64,
        "effect_size": pl.Float64,
        "detectable": pl.Float64,
    }
    return pl.DataFrame([asdict(result) for result in results], schema=schema, orient="row")
