"""Between which groups of people a loop differs most, with an interval that knows they were picked.

Whoever looks for the largest of many gaps finds one, and its plain interval leaves out 0 too often.
Here every pair of groups has an interval, all of them hold at once with 95%, and the largest gap is
told with its own.
"""

from __future__ import annotations

import numpy as np
import polars as pl
from numpy.typing import NDArray
from scipy.special import stdtrit

from audits.effects import LEVEL
from audits.groups import MISSING

__all__ = ["largest_gaps"]

_SCHEMA = {
    "measure": pl.String,
    "arm": pl.String,
    "round": pl.Int64,
    "by": pl.String,
    "highest": pl.String,
    "lowest": pl.String,
    "n_highest": pl.Int64,
    "n_lowest": pl.Int64,
    "pairs": pl.Int64,
    "n": pl.Int64,
    "value": pl.Float64,
    "low": pl.Float64,
    "high": pl.Float64,
    "note": pl.String,
}


def largest_gaps(measures: pl.DataFrame) -> pl.DataFrame:
    """Highest group less lowest in the last round, for every measure and arm.

    With G groups there are P = G(G - 1)/2 pairs. Over K worlds each has the mean d of its
    paired differences and the interval d ± t(K - 1; 1 - 0.05/(2P)) · sd/√K, so that all P hold
    together with at least 95% (Bonferroni): the pair that is picked for its size among them. The
    interval is about these people in other worlds, not about other people.

    Parameters
    ----------
    measures
        From `audits.feedback.measure_rounds`: small groups are withheld in it. People who did not
        state the attribute enter no gap, nor does a group without a value in one of the worlds.

    Returns
    -------
    measure, arm, round, by, highest, lowest (groups), n_highest, n_lowest (the fewest people, or
    what else the measure counts, that their values rest on), pairs, n (worlds), value, low, high,
    note. With one world low and high are missing, and the note says why.
    """
    last = measures.filter(
        pl.col("round") == pl.col("round").max(),
        pl.col("group").is_not_null() & (pl.col("group") != MISSING),
    )
    keys = ["measure", "arm", "round", "by"]
    rows = [
        (*key, *found)
        for key, cell in last.group_by(keys, maintain_order=True)
        if (found := _largest(cell)) is not None
    ]
    return pl.DataFrame(rows, schema=_SCHEMA, orient="row")


def _largest(cell: pl.DataFrame) -> tuple[object, ...] | None:
    """Return the rest of a row; None with fewer than two groups to compare."""
    worlds = cell["seed"].n_unique()
    groups = (
        cell.drop_nulls("value")
        .group_by("group")
        .agg(pl.col("value").sort_by("seed"), pl.col("n").min())
        .filter(pl.col("value").list.len() == worlds)
        .sort("group")
    )
    if groups.height < 2:
        return None
    values = np.array(groups["value"].to_list())
    means = values.mean(axis=1)
    top, bottom = int(means.argmax()), int(means.argmin())
    if top == bottom:
        top, bottom = 0, 1
    names, sizes = groups["group"], groups["n"]
    pairs = len(means) * (len(means) - 1) // 2
    told = (names[top], names[bottom], sizes[top], sizes[bottom], pairs, worlds)
    return (*told, *_interval(values[top] - values[bottom], pairs=pairs))


def _interval(
    gaps: NDArray[np.float64], *, pairs: int
) -> tuple[float, float | None, float | None, str | None]:
    """Value, low, high and note of one pair, when all pairs are to hold at once."""
    value, worlds = float(gaps.mean()), len(gaps)
    if worlds == 1:
        return value, None, None, "one seed has a value: no interval"
    quantile = float(stdtrit(worlds - 1, 1 - (1 - LEVEL) / (2 * pairs)))
    half = quantile * float(gaps.std(ddof=1)) / float(np.sqrt(worlds))
    return value, value - half, value + half, None
