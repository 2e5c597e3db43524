"""What a feedback loop did, round by round, and how sure we are that the arm did it."""

from __future__ import annotations

import numpy as np
import polars as pl
from numpy.typing import NDArray
from scipy.special import stdtrit

from audits.data import AuditData
from audits.kernels import bubble, diversity, exposure, popularity
from engine.errors import TableError, UnknownNameError

__all__ = ["MEASURES", "effects", "measure_rounds"]

MEASURES = (
    "intra_user_diversity",
    "homogenisation",
    "category_entropy",
    "majority_category_share",
    "gini",
    "arp",
    "choices",
)
LEVEL = 0.95
_RUN = ["arm", "rate", "seed"]
_SCHEMA = {
    "arm": pl.String,
    "rate": pl.Float64,
    "seed": pl.Int64,
    "round": pl.Int64,
    "measure": pl.String,
    "value": pl.Float64,
    "n": pl.Int64,
}
_Value = tuple[float, int]


def measure_rounds(feedback: pl.DataFrame, data: AuditData) -> pl.DataFrame:
    """Measure every round of every run.

    What people chose, from the first round up to this one (what they had before is left out):

    - ``intra_user_diversity``: mean over people of the intra-list diversity of their choices over
      categories; people with fewer than two are left out.
    - ``homogenisation``: mean Jaccard overlap of the choices of two people.
    - ``category_entropy`` (bits) and ``majority_category_share``: means over people.

    What was shown in this round:

    - ``gini``: concentration over the whole catalogue.
    - ``arp``: mean over people of the mean popularity of their list, in interactions before the
      first round.

    And ``choices``: mean number of choices a person made in this round; beside the rest, because
    overlap and entropy also grow with the number of choices.

    Parameters
    ----------
    feedback
        user_id, item_id, round, clicked, arm, rate, seed; the people are those with a row.
    data
        From `audits.data.prepare`, with the interactions before the first round as training.

    Returns
    -------
    arm, rate, seed, round, measure, value, n; n counts the people (for homogenisation the pairs,
    for Gini the places) the value rests on. A value is missing where n is 0.

    Raises
    ------
    TableError
        A column is missing, or an item is outside the catalogue.
    """
    _check_columns(feedback)
    people = feedback.select("user_id").unique(maintain_order=True).with_row_index("user_row")
    rows = [
        (*key, index, measure, value if n else None, n)
        for key in feedback.select(_RUN).unique(maintain_order=True).rows()
        for index, values in _measure_run(_run(feedback, key, people, data), data, people.height)
        for measure, (value, n) in values.items()
    ]
    return pl.DataFrame(rows, schema=_SCHEMA, orient="row")


def effects(measures: pl.DataFrame, *, reference_arm: str) -> pl.DataFrame:
    """Difference between each arm and the reference in the same world, over worlds.

    Seeds are the unit: value = mean of the K paired differences d_s, interval = value ±
    t(K - 1) · sd(d) / √K, at 95%. An interval around 0 says that no effect was shown.

    Parameters
    ----------
    measures
        From `measure_rounds`.
    reference_arm
        The arm the others are held against.

    Returns
    -------
    measure, arm, reference, round, by, group, n, value, low, high, note. n is the number of seeds
    with a value in both arms; with fewer than two, low and high are missing and the note says
    why. by and group are missing: the rows are about everyone.

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
    where = ["measure", "seed", "round"]
    reference = measures.filter(pl.col("arm") == reference_arm).select(*where, base="value")
    paired = (
        measures.filter(pl.col("arm") != reference_arm)
        .join(reference, on=where, how="left", maintain_order="left")
        .group_by("measure", "arm", "round", maintain_order=True)
        .agg(
            n=(pl.col("value") - pl.col("base")).count(),
            value=(pl.col("value") - pl.col("base")).mean(),
            sd=(pl.col("value") - pl.col("base")).std(),
        )
    )
    return _with_interval(paired).select(
        "measure",
        "arm",
        pl.lit(reference_arm).alias("reference"),
        "round",
        pl.lit(None, dtype=pl.String).alias("by"),
        pl.lit(None, dtype=pl.String).alias("group"),
        pl.col("n").cast(pl.Int64),
        "value",
        "low",
        "high",
        "note",
    )


def _with_interval(paired: pl.DataFrame) -> pl.DataFrame:
    n = paired["n"].to_numpy().astype(np.float64)
    quantiles = stdtrit(np.maximum(n - 1, 1), (1 + LEVEL) / 2)
    half = pl.col("sd") * pl.Series(quantiles / np.sqrt(np.maximum(n, 1)))
    return paired.with_columns(
        low=pl.col("value") - half,
        high=pl.col("value") + half,
        note=pl.when(pl.col("n") == 0)
        .then(pl.lit("no seed has a value in both arms"))
        .when(pl.col("n") == 1)
        .then(pl.lit("one seed has a value in both arms: no interval")),
    )


def _check_columns(feedback: pl.DataFrame) -> None:
    needed = ["user_id", "item_id", "round", "clicked", *_RUN]
    missing = [name for name in needed if name not in feedback.columns]
    if missing:
        raise TableError(
            "the feedback table lacks the column(s) {missing}; take it from a simulation",
            missing=", ".join(missing),
        )


def _run(
    feedback: pl.DataFrame, key: tuple[object, ...], people: pl.DataFrame, data: AuditData
) -> pl.DataFrame:
    """Row numbers of one run; one at a time, for all of them together can be very large."""
    same = [pl.col(name).eq_missing(pl.lit(part)) for name, part in zip(_RUN, key, strict=True)]
    coded = (
        feedback.filter(same)
        .select("user_id", "item_id", "round", "clicked")
        .join(people, on="user_id", how="left")
        .join(data.item_rows, on="item_id", how="left")
    )
    foreign = coded.filter(pl.col("item_row").is_null())["item_id"]
    if len(foreign):
        raise TableError(
            "the feedback table names item {item}, which is not in the catalogue ({count} such "
            "rows); measure it with the items it was simulated on",
            item=foreign[0],
            count=len(foreign),
        )
    return coded


def _measure_run(
    run: pl.DataFrame, data: AuditData, n_users: int
) -> list[tuple[int, dict[str, _Value]]]:
    pairs = run["user_row"].to_numpy().astype(np.int64) * data.n_items + run["item_row"].to_numpy()
    rounds, clicked = run["round"].to_numpy(), run["clicked"].to_numpy()
    measured = []
    for index in np.unique(rounds).tolist():
        now = rounds == index
        shown = _sets(pairs[now], data.n_items, n_users)
        consumed = _sets(pairs[clicked & (rounds <= index)], data.n_items, n_users)
        values = _of_consumed(consumed, data) | _of_shown(shown, data)
        values["choices"] = (float(clicked[now].sum() / n_users), n_users)
        measured.append((index, values))
    return measured


def _sets(pairs: NDArray[np.int64], n_items: int, n_users: int) -> NDArray[np.int64]:
    """(U, m) distinct item rows of each person, -1 behind the last, from keys user × I + item."""
    people, items = np.divmod(np.unique(pairs), n_items)
    sizes = np.bincount(people, minlength=n_users)
    places = np.arange(len(people)) - np.repeat(np.cumsum(sizes) - sizes, sizes)
    sets = np.full((n_users, int(sizes.max(initial=0))), -1, dtype=np.int64)
    sets[people, places] = items
    return sets


def _of_consumed(consumed: NDArray[np.int64], data: AuditData) -> dict[str, _Value]:
    return {
        "intra_user_diversity": _mean(diversity.intra_list_diversity(consumed, data.categories)),
        "homogenisation": (bubble.homogenisation(consumed), bubble.comparable_pairs(consumed)),
        "category_entropy": _mean(diversity.category_entropy(consumed, data.categories)),
        "majority_category_share": _mean(bubble.majority_category_share(consumed, data.categories)),
    }


def _of_shown(shown: NDArray[np.int64], data: AuditData) -> dict[str, _Value]:
    counts = exposure.count_items(shown, data.n_items)
    return {
        "gini": (float(exposure.gini(counts)), int(counts.sum())),
        "arp": _mean(popularity.mean_popularity(shown, data.popularity)),
    }


def _mean(values: NDArray[np.float64]) -> _Value:
    present = values[~np.isnan(values)]
    return (float(present.mean()) if len(present) else float("nan")), len(present)
