"""How far a simulation can be believed: its choices beside choices that were really made.

- ``popularity_correlation``: Spearman correlation over the catalogue of how often an item was
  chosen in the simulation and in the log, in [-1, 1]; 1 = the same order.
- ``category_share_l1``: sum over categories of |share simulated - share logged|, in [0, 2];
  0 = the same mix. Each choice spreads one unit evenly over the item's categories.
- ``per_user_distance``, ``per_item_distance``: Kolmogorov-Smirnov distance, in [0, 1], between
  the distributions of how much people took, and of how often items were taken, each in
  multiples of its mean; 0 = the same distribution.
- ``popularity_curve_distance``: largest gap, in [0, 1], between the shares of all choices that
  fall to the k most chosen items, over k (the gap of the two Lorenz curves).
- ``category_repeat_gap``: share of choices with a category in common with the same person's
  choice before, simulated minus logged, in [-1, 1]. ``repeat_rate_gap``: of choices of an item
  the person had before.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from audits.data import AuditData
from engine.errors import TableError

__all__ = ["FIT_LIMITS", "NOT_CHECKED", "compare_with_log"]

NOT_CHECKED = (
    "Whether people read lists as assumed, by place and with the same patience.",
    "Whether tastes stay, or follow what is chosen: a log made under lists cannot tell them apart.",
    "When people come back, and when they leave for good.",
    "How the log would look without the recommender it was made under.",
)
"""What no comparison below can tell."""

FIT_LIMITS: Mapping[str, tuple[float, float]] = {
    "popularity_correlation": (0.5, 1.0),
    "category_share_l1": (0.0, 0.3),
    "per_user_distance": (0.0, 0.3),
    "per_item_distance": (0.0, 0.3),
    "popularity_curve_distance": (0.0, 0.2),
    "category_repeat_gap": (-0.2, 0.2),
    "repeat_rate_gap": (-0.05, 0.05),
}
"""Between which values a comparison counts as a fit. The limits are a convention, no test: a value
outside asks for caution with whatever rests on that side of the simulated people."""


@dataclass(frozen=True, eq=False)
class _Choices:
    """Choices as rows of users and items, each person's in their order."""

    users: NDArray[np.int64]
    items: NDArray[np.int64]


def compare_with_log(
    choices: pl.DataFrame, data: AuditData, *, logged: pl.DataFrame
) -> pl.DataFrame:
    """Compare each arm's choices with the held-out choices of the log, all seeds together.

    The comparisons are those of the head of this module. Both start from the same histories, so
    the held-out part is what people did next. A bad fit can be the arm's doing: the log was made
    under another recommender.

    Parameters
    ----------
    choices
        user_id, item_id, round, seed, arm of what was chosen (the clicked rows of a feedback
        table).
    data
        From `audits.data.prepare`: the catalogue and its categories.
    logged
        user_id, item_id and, if there is one, timestamp of what was really chosen.

    Returns
    -------
    arm, measure, value, n (simulated choices), fits (the value is within `FIT_LIMITS`); value and
    fits are missing where it has no meaning.

    Raises
    ------
    TableError
        A column is missing.
    """
    missing = [
        name
        for name in ("user_id", "item_id", "round", "seed", "arm")
        if name not in choices.columns
    ]
    if missing:
        raise TableError(
            "the feedback table lacks the column(s) {missing}; take it from a simulation",
            missing=", ".join(missing),
        )
    order = ["timestamp"] if "timestamp" in logged.columns else []
    people = pl.concat([choices.select("user_id"), logged.select("user_id")]).unique()
    people = people.sort("user_id").with_row_index("user_row")
    real = _coded(logged.sort("user_id", *order, maintain_order=True), people, data)
    rows = []
    for arm in choices["arm"].unique(maintain_order=True):
        own = choices.filter(pl.col("arm") == arm)
        # Each world's people are people of their own.
        worlds = [
            _coded(part.sort("user_id", "round", maintain_order=True), people, data)
            for _, part in own.group_by("seed", maintain_order=True)
        ]
        values = _compare(worlds, real, data, n_users=people.height)
        rows += [(arm, measure, value, own.height) for measure, value in values.items()]
    return _with_fits(rows)


def _compare(
    worlds: list[_Choices], real: _Choices, data: AuditData, *, n_users: int
) -> dict[str, float]:
    items = np.concatenate([world.items for world in worlds] or [np.zeros(0, dtype=np.int64)])
    chosen = np.bincount(items, minlength=data.n_items)
    taken = np.bincount(real.items, minlength=data.n_items)
    each = [np.bincount(world.users, minlength=n_users) for world in worlds]
    sizes = data.categories.sum(axis=1, keepdims=True)
    spread = data.categories / np.maximum(sizes, 1)
    gap = np.abs(_shares(chosen @ spread) - _shares(taken @ spread)).sum()
    correlation = pl.select(pl.corr(pl.Series(chosen), pl.Series(taken), method="spearman")).item()
    logged = np.bincount(real.users, minlength=n_users)
    return {
        "popularity_correlation": float("nan") if correlation is None else float(correlation),
        "category_share_l1": float(gap) if data.category_names else float("nan"),
        "per_user_distance": _distance(np.concatenate(each or [logged * 0]), logged),
        "per_item_distance": _distance(chosen, taken),
        "popularity_curve_distance": float(np.abs(_curve(chosen) - _curve(taken)).max(initial=0)),
        "category_repeat_gap": _mean([_category_repeats(world, data) for world in worlds])
        - _category_repeats(real, data),
        "repeat_rate_gap": _mean([_repeats(w, data.n_items) for w in worlds])
        - _repeats(real, data.n_items),
    }


def _coded(table: pl.DataFrame, people: pl.DataFrame, data: AuditData) -> _Choices:
    coded = table.select("user_id", "item_id").join(
        people, on="user_id", how="left", maintain_order="left"
    )
    coded = coded.join(data.item_rows, on="item_id", how="inner", maintain_order="left")
    return _Choices(
        coded["user_row"].to_numpy().astype(np.int64), coded["item_row"].to_numpy().astype(np.int64)
    )


def _distance(first: NDArray[np.integer], second: NDArray[np.integer]) -> float:
    """Kolmogorov-Smirnov distance of two sets of counts, each in multiples of its mean."""
    if not first.sum() or not second.sum():
        return float("nan")
    one, two = np.sort(first / first.mean()), np.sort(second / second.mean())
    at = np.concatenate([one, two])
    below = [np.searchsorted(values, at, side="right") / len(values) for values in (one, two)]
    return float(np.abs(below[0] - below[1]).max())


def _curve(counts: NDArray[np.integer]) -> NDArray[np.float64]:
    """(I,) share of everything that falls to the 1, 2, … most chosen items."""
    return _shares(np.cumsum(np.sort(counts)[::-1])[:-1].astype(np.float64), total=counts.sum())


def _category_repeats(choices: _Choices, data: AuditData) -> float:
    same = choices.users[1:] == choices.users[:-1]
    before, after = choices.items[:-1][same], choices.items[1:][same]
    if not len(after) or not data.category_names:
        return float("nan")
    return float((data.categories[before] * data.categories[after]).any(axis=1).mean())


def _repeats(choices: _Choices, n_items: int) -> float:
    if not len(choices.items):
        return float("nan")
    keys = np.unique(choices.users * n_items + choices.items)
    return 1 - len(keys) / len(choices.items)


def _shares(mass: NDArray[np.float64], *, total: float | None = None) -> NDArray[np.float64]:
    whole = mass.sum() if total is None else total
    return mass / (whole if whole > 0 else np.nan)


def _mean(values: list[float]) -> float:
    return float(np.mean(values)) if values else float("nan")


def _with_fits(rows: list[tuple[str, str, float, int]]) -> pl.DataFrame:
    schema = {"arm": pl.String, "measure": pl.String, "value": pl.Float64, "n": pl.Int64}
    frame = pl.DataFrame(rows, schema=schema, orient="row").with_columns(
        pl.col("value").fill_nan(None)
    )
    low = {name: ends[0] for name, ends in FIT_LIMITS.items()}
    high = {name: ends[1] for name, ends in FIT_LIMITS.items()}
    bounds = [
        pl.col("measure").replace_strict(ends, return_dtype=pl.Float64) for ends in (low, high)
    ]
    return frame.with_columns(fits=pl.col("value").is_between(bounds[0], bounds[1]))
