"""How sure we are that an arm did it: differences over simulated worlds, with intervals."""

from __future__ import annotations

import numpy as np
import polars as pl
from scipy.special import stdtrit

from engine.errors import UnknownNameError

__all__ = [
    "LEVEL",
    "REGRET",
    "dose_response",
    "effects",
    "group_gaps",
    "over_seeds",
    "trends",
    "with_regret",
]

LEVEL = 0.95
"""Of every interval."""
REGRET = "regret"
_ROW = ["measure", "round", "by", "group"]
_WITHIN = ["measure", "arm", "round", "by", "group"]


def effects(measures: pl.DataFrame, *, reference_arm: str) -> pl.DataFrame:
    """Difference between each arm and the reference in the same world, over worlds.

    Seeds are the unit: value = mean of the K paired differences d_s, interval = value ±
    t(K - 1) · sd(d) / √K, at 95%. An interval around 0 says that no effect was shown.

    Parameters
    ----------
    measures
        From `audits.feedback.measure_rounds`.
    reference_arm
        The arm the others are held against.

    Returns
    -------
    measure, arm, reference, round, by, group, n, value, low, high, note. n is the number of seeds
    with a value in both arms; with fewer than two, low and high are missing and the note says
    why. by and group are missing in the rows about everyone.

    Raises
    ------
    UnknownNameError
        No arm has the reference's name.
    """
    arms = measures["arm"].unique(maintain_order=True).to_list()
    if reference_arm not in arms:
        raise UnknownNameError(
            "no arm {arm} to refer to; the arms are {arms}", arm=reference_arm, arms=", ".join(arms)
        )
    reference = measures.filter(pl.col("arm") == reference_arm)
    paired = measures.filter(pl.col("arm") != reference_arm).join(
        reference.select(*_ROW, "seed", base="value"),
        on=[*_ROW, "seed"],
        how="left",
        nulls_equal=True,
        maintain_order="left",
    )
    found = over_seeds(paired.with_columns(value=pl.col("value") - pl.col("base")), by=_WITHIN)
    return found.select(
        "measure", "arm", pl.lit(reference_arm).alias("reference"), pl.exclude("measure", "arm")
    )


def trends(measures: pl.DataFrame, *, since: int = 1) -> pl.DataFrame:
    """Last round minus round ``since`` of each arm in each world, over worlds.

    Returns
    -------
    measure, arm, by, group, n, value, low, high, note.
    """
    ends = measures.filter(pl.col("round").is_in([since, measures["round"].max()]))
    within = ["measure", "arm", "by", "group", "seed"]
    moved = (
        ends.sort("round", maintain_order=True)
        .group_by(within, maintain_order=True)
        .agg(value=pl.col("value").last() - pl.col("value").first())
    )
    return over_seeds(moved, by=["measure", "arm", "by", "group"])


def group_gaps(measures: pl.DataFrame) -> pl.DataFrame:
    """First group minus second in the same arm and world, for attributes of two groups.

    People who did not state the attribute are a group that enters no gap.

    Returns
    -------
    measures in the same form, with the group ``FIRST - SECOND``.
    """
    stated = measures.filter(pl.col("group").is_not_null() & (pl.col("group") != "(missing)"))
    names = stated.select("by", "group").unique().sort("group").group_by("by").agg("group")
    gaps = [measures.clear()]
    for attribute, groups in names.sort("by").iter_rows():
        if len(groups) != 2:
            continue
        first, second = (
            stated.filter((pl.col("by") == attribute) & (pl.col("group") == group))
            for group in groups
        )
        on = ["arm", "rate", "seed", "round", "by", "measure"]
        both = first.join(second, on=on, nulls_equal=True, maintain_order="left")
        gaps.append(
            both.with_columns(
                group=pl.lit(f"{groups[0]} - {groups[1]}"),
                value=pl.col("value") - pl.col("value_right"),
                n=pl.min_horizontal("n", "n_right"),
            ).select(measures.columns)
        )
    return pl.concat(gaps)


def dose_response(measures: pl.DataFrame, *, arms: dict[str, float]) -> pl.DataFrame:
    """Least-squares slope of a measure over the exploration rate in each world, over worlds.

    Parameters
    ----------
    measures
        From `audits.feedback.measure_rounds`.
    arms
        The arms that differ by rate alone, and the rate of each; at least two rates.

    Returns
    -------
    measure, round, by, group, n, value, low, high, note; value is the change per unit of rate.
    """
    rate = pl.col("arm").replace_strict(arms, return_dtype=pl.Float64)
    dosed = measures.filter(pl.col("arm").is_in(list(arms))).drop_nulls("value")
    slopes = (
        dosed.with_columns(dose=rate)
        .group_by(*_ROW, "seed", maintain_order=True)
        .agg(value=pl.cov("dose", "value") / pl.col("dose").var())
    )
    return over_seeds(slopes, by=_ROW)


def with_regret(measures: pl.DataFrame, *, oracle: str = "oracle") -> pl.DataFrame:
    """Add ``regret``: utility of the oracle arm minus the arm's own, summed up to each round.

    In items of average appeal, a person; in the same world, whose oracle knows every taste. Not
    added where there is no oracle arm or no utility.
    """
    utility = measures.filter(pl.col("measure") == "utility")
    best = utility.filter(pl.col("arm") == oracle)
    on = ["seed", "round", "by", "group"]
    within = ["arm", "rate", "seed", "by", "group"]
    lost = utility.join(
        best.select(*on, best="value"), on=on, nulls_equal=True, maintain_order="left"
    ).with_columns(
        measure=pl.lit(REGRET),
        value=(pl.col("best") - pl.col("value")).cum_sum().over(within, order_by="round"),
    )
    return pl.concat([measures, lost.select(measures.columns)])


def over_seeds(values: pl.DataFrame, *, by: list[str]) -> pl.DataFrame:
    """Mean over seeds of ``value`` within each ``by``, with its 95% t interval.

    Returns
    -------
    The ``by`` columns, n (seeds with a value), value, low, high, note.
    """
    grouped = values.group_by(by, maintain_order=True).agg(
        n=pl.col("value").count().cast(pl.Int64),
        sd=pl.col("value").std(),
        value=pl.col("value").mean(),
    )
    n = grouped["n"].to_numpy().astype(np.float64)
    quantiles = stdtrit(np.maximum(n - 1, 1), (1 + LEVEL) / 2)
    half = pl.col("sd") * pl.Series(quantiles / np.sqrt(np.maximum(n, 1)))
    return grouped.with_columns(
        low=pl.col("value") - half,
        high=pl.col("value") + half,
        note=pl.when(pl.col("n") == 0)
        .then(pl.lit("no seed has a value"))
        .when(pl.col("n") == 1)
        .then(pl.lit("one seed has a value: no interval")),
    ).select(*by, "n", "value", "low", "high", "note")
