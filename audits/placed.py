"""Lists as arrays: a block of a recommendation log, its users and items by row."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from audits.blocks import blocks_of, count_blocks
from audits.data import AuditData
from audits.log_blocks import LogBlocks
from engine.errors import OptionError, TableError
from engine.tables import DRAWS, RECOMMENDATIONS, TableSpec, conform

__all__ = ["Placed", "lists_spec", "place_blocks"]

DRAW = "draw"


@dataclass(frozen=True, eq=False)
class Placed:
    """The lists of one block of users.

    Attributes
    ----------
    user_rows
        (u,) the audited users, rising.
    items
        (u, k) item rows of their lists, -1 where a list is short.
    scores
        (u, k) the scores beside them, NaN where there is none; None where the log has none.
    strangers
        (BLOCKS, I) how often each item is on the list of a user who is not audited.
    n_strangers
        How many of those there are.
    draws
        (u, J, k) item rows of all draws of their lists, the shown one among them; None where the
        log has no column draw.
    by_chance
        Whether a place is said to have been left to chance.
    """

    user_rows: NDArray[np.int64]
    items: NDArray[np.int64]
    scores: NDArray[np.float64] | None
    strangers: NDArray[np.int64]
    n_strangers: int
    draws: NDArray[np.int64] | None = None
    by_chance: bool = False


def place_blocks(
    data: AuditData, recommendations: pl.DataFrame | Iterable[pl.DataFrame], *, k: int
) -> Iterator[Placed]:
    """Yield the lists of each block; errors as in `audits.evaluation.evaluate`."""
    if k < 1:
        raise OptionError("k is {k}; give a number from 1", k=k)
    if isinstance(recommendations, pl.DataFrame):
        yield _place(data, conform(recommendations, lists_spec(recommendations.columns)), k)
        return
    empty = True
    for block in recommendations:
        if not block.is_empty():
            empty = False
            yield _place(data, _checked(block, recommendations), k)
    if empty:
        raise TableError(
            "{file} has no rows; give a table with at least one row",
            file=(
                recommendations.path.name
                if isinstance(recommendations, LogBlocks)
                else "the recommendations table"
            ),
        )


def _checked(block: pl.DataFrame, whole: Iterable[pl.DataFrame]) -> pl.DataFrame:
    """Check a block; what is wrong is named by its place in the whole, where that is a file."""
    try:
        return conform(block, lists_spec(block.columns))
    except TableError:
        if isinstance(whole, LogBlocks):
            whole.check_cells()
        raise


def lists_spec(columns: Sequence[str]) -> TableSpec:
    """Return what a table of lists must hold: one list a user, or numbered draws of it."""
    return DRAWS if DRAW in columns else RECOMMENDATIONS


def _place(data: AuditData, lists: pl.DataFrame, k: int) -> Placed:
    everything = _code(data, lists.filter(pl.col("rank") <= k))
    coded = everything.filter(pl.col(DRAW) == 1) if DRAW in lists.columns else everything
    audited = coded.filter(pl.col("user_row").is_not_null())
    rows, owners = np.unique(audited["user_row"].to_numpy(), return_inverse=True)
    strangers, n_strangers = _strangers(coded, data.n_items, k)
    return Placed(
        rows.astype(np.int64),
        _item_matrix(audited, owners, (len(rows), k)),
        _score_matrix(audited, owners, (len(rows), k)),
        strangers,
        n_strangers,
        _draws(everything, rows, k) if DRAW in lists.columns else None,
        "propensity" in lists.columns and bool((audited["propensity"] < 1).any()),
    )


def _draws(everything: pl.DataFrame, rows: NDArray[np.integer], k: int) -> NDArray[np.int64]:
    """(u, J, k) all draws of the users of a block who were shown a list."""
    drawn = everything.filter(pl.col("user_row").is_in(rows.tolist())).with_columns(
        pl.col(DRAW).rank("dense").over("user_id").cast(pl.Int64)
    )
    n_draws = int(str(drawn[DRAW].max() or 0))
    owners = np.searchsorted(rows, drawn["user_row"].to_numpy())
    places = owners * n_draws + drawn[DRAW].to_numpy() - 1
    return _item_matrix(drawn, places, (len(rows) * n_draws, k)).reshape(len(rows), n_draws, k)


def _code(data: AuditData, lists: pl.DataFrame) -> pl.DataFrame:
    """Give each row its user row (null if not audited) and item row."""
    coded = lists.join(data.item_rows, on="item_id", how="left", maintain_order="left").join(
        _user_rows(data, lists["user_id"]), on="user_id", how="left", maintain_order="left"
    )
    foreign = coded["item_row"].is_null()
    if foreign.any():
        first = int(foreign.arg_true()[0])
        raise TableError(
            "the recommendations name item {item} (user {user}), which is not in the catalogue. "
            "Add it to the items table, or remove the row",
            item=coded["item_id"][first],
            user=coded["user_id"][first],
        )
    place = ("user_id", "rank", DRAW) if DRAW in coded.columns else ("user_id", "rank")
    shared = coded.select(pl.struct(place).is_duplicated()).to_series()
    if shared.any():
        first = int(shared.arg_true()[0])
        raise TableError(
            "the recommendations give user {user} two items at rank {rank}. Number each list "
            "1, 2, 3, …",
            user=coded["user_id"][first],
            rank=coded["rank"][first],
        )
    return coded


def _user_rows(data: AuditData, user_ids: pl.Series) -> pl.DataFrame:
    """Find the users of a block among all, who are sorted, without a table of all of them."""
    own = user_ids.unique()
    everyone = data.users["user_id"]
    places = everyone.search_sorted(own).to_numpy().astype(np.int64)
    inside = np.minimum(places, len(everyone) - 1)
    found = pl.DataFrame({"user_id": own, "user_row": places}).filter(everyone[inside] == own)
    return found


def _strangers(coded: pl.DataFrame, n_items: int, k: int) -> tuple[NDArray[np.int64], int]:
    others = coded.filter(pl.col("user_row").is_null())
    users = others["user_id"].unique(maintain_order=True)
    index = pl.DataFrame({"user_id": users, "row": np.arange(len(users))})
    owners = others.select("user_id").join(index, on="user_id", how="left", maintain_order="left")
    items = _item_matrix(others, owners["row"].to_numpy(), (len(users), k))
    return count_blocks(blocks_of(users), items, n_items), len(users)


def _item_matrix(
    coded: pl.DataFrame, owners: NDArray[np.integer], shape: tuple[int, int]
) -> NDArray[np.int64]:
    items = np.full(shape, -1, dtype=np.int64)
    items[owners, coded["rank"].to_numpy() - 1] = coded["item_row"].to_numpy()
    return items


def _score_matrix(
    coded: pl.DataFrame, owners: NDArray[np.integer], shape: tuple[int, int]
) -> NDArray[np.float64] | None:
    if "score" not in coded.columns:
        return None
    scores = np.full(shape, np.nan)
    scores[owners, coded["rank"].to_numpy() - 1] = coded["score"].to_numpy()
    return scores
