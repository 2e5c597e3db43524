"""From lists to numbers: one value a user and measure, and how often each item was shown."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np
import polars as pl
from numpy.typing import NDArray

from audits.blocks import BLOCKS, blocks_of, count_blocks
from audits.data import AuditData
from audits.partials import Partial, measure, merge
from engine.errors import OptionError, TableError
from engine.tables import RECOMMENDATIONS, conform

__all__ = ["Evaluation", "evaluate"]


@dataclass(frozen=True, eq=False)
class Evaluation:
    """What was measured on one set of lists, before any mean is taken.

    Attributes
    ----------
    k
        How many places of each list were looked at.
    partial
        Per-user values and item counts of all audited users, in row order.
    items
        (U, k) item rows of the audited users' lists, -1 where a list is short.
    scores
        (U, k) the scores beside them, NaN where there is none.
    n_without_list, n_short_lists
        Audited users without any list, and with fewer than k items.
    n_not_audited
        Users with a list but no held-out item; they count for coverage, Gini and entropy alone.
    """

    k: int
    partial: Partial
    items: NDArray[np.int64]
    scores: NDArray[np.float64]
    n_without_list: int
    n_short_lists: int
    n_not_audited: int

    @property
    def n_lists(self) -> int:
        """How many users have a list, audited or not."""
        return len(self.partial.user_rows) - self.n_without_list + self.n_not_audited


def evaluate(
    data: AuditData, recommendations: pl.DataFrame | Iterable[pl.DataFrame], *, k: int
) -> Evaluation:
    """Measure lists.

    Parameters
    ----------
    data
        From `audits.data.prepare`.
    recommendations
        The recommendations table, or blocks of it that hold whole users, in any order: one block
        is in memory at a time, and the outcome is the same. Ranks start at 1 and only ranks up to
        k count.
    k
        How many places to look at, at least 1.

    Raises
    ------
    OptionError
        k is below 1.
    TableError
        The table is not as `engine.tables.RECOMMENDATIONS` says, two items share a rank, or an
        item is outside the catalogue.
    """
    if k < 1:
        raise OptionError("k is {k}; give a number from 1", k=k)
    gathered = _Gathered(data, k)
    if isinstance(recommendations, pl.DataFrame):
        gathered.add(conform(recommendations, RECOMMENDATIONS))
        return gathered.finish()
    for block in recommendations:
        if not block.is_empty():
            gathered.add(conform(block, RECOMMENDATIONS))
    return gathered.finish()


class _Gathered:
    """What the blocks so far have given."""

    def __init__(self, data: AuditData, k: int) -> None:
        self.data, self.k = data, k
        self.items = np.full((data.n_users, k), -1, dtype=np.int64)
        self.scores = np.full((data.n_users, k), np.nan)
        self.strangers = np.zeros((BLOCKS, data.n_items), dtype=np.int64)
        self.n_strangers = 0
        self.empty = True
        self.measured: list[Partial] = []

    def add(self, lists: pl.DataFrame) -> None:
        """Measure the lists of one block."""
        self.empty = False
        placed = _place(self.data, lists.filter(pl.col("rank") <= self.k))
        audited = placed.filter(pl.col("user_row").is_not_null())
        places = audited["user_row"].to_numpy(), audited["rank"].to_numpy() - 1
        self.items[places] = audited["item_row"].to_numpy()
        if "score" in audited.columns:
            self.scores[places] = audited["score"].to_numpy()
        rows = np.unique(places[0]).astype(np.int64)
        self._measure(rows)
        others, users = _other_lists(placed, self.k)
        self.strangers += count_blocks(blocks_of(users), others, self.data.n_items)
        self.n_strangers += len(others)

    def _measure(self, rows: NDArray[np.int64]) -> None:
        items = self.items[rows]
        counts = count_blocks(self.data.blocks[rows], items, self.data.n_items)
        self.measured.append(Partial(rows, measure(self.data, rows, items), counts))

    def finish(self) -> Evaluation:
        """Put the blocks together, with the users no block had a list for."""
        if self.empty:
            raise TableError(
                "{file} has no rows; give a table with at least one row",
                file="the recommendations table",
            )
        listed = np.concatenate([part.user_rows for part in self.measured])
        self._measure(np.setdiff1d(np.arange(self.data.n_users), listed))
        partial = merge(self.measured)
        filled = (self.items >= 0).sum(axis=1)
        return Evaluation(
            k=self.k,
            partial=replace(partial, counts=partial.counts + self.strangers),
            items=self.items,
            scores=self.scores,
            n_without_list=int((filled == 0).sum()),
            n_short_lists=int(((filled > 0) & (filled < self.k)).sum()),
            n_not_audited=self.n_strangers,
        )


def _place(data: AuditData, lists: pl.DataFrame) -> pl.DataFrame:
    """Give each row its user row (null if not audited) and item row."""
    placed = lists.join(data.item_rows, on="item_id", how="left", maintain_order="left").join(
        data.user_rows, on="user_id", how="left", maintain_order="left"
    )
    foreign = placed["item_row"].is_null()
    if foreign.any():
        first = int(foreign.arg_true()[0])
        raise TableError(
            "the recommendations name item {item} (user {user}), which is not in the catalogue. "
            "Add it to the items table, or remove the row",
            item=placed["item_id"][first],
            user=placed["user_id"][first],
        )
    shared = placed.select(pl.struct("user_id", "rank").is_duplicated()).to_series()
    if shared.any():
        first = int(shared.arg_true()[0])
        raise TableError(
            "the recommendations give user {user} two items at rank {rank}. Number each list "
            "1, 2, 3, …",
            user=placed["user_id"][first],
            rank=placed["rank"][first],
        )
    return placed


def _other_lists(placed: pl.DataFrame, k: int) -> tuple[NDArray[np.int64], list[str]]:
    others = placed.filter(pl.col("user_row").is_null())
    users = others["user_id"].unique(maintain_order=True).to_list()
    index = {user: row for row, user in enumerate(users)}
    rows = np.array([index[user] for user in others["user_id"]], dtype=np.int64)
    return _matrix(others, rows, (len(users), k)), users


def _matrix(
    placed: pl.DataFrame, rows: NDArray[np.integer], shape: tuple[int, int]
) -> NDArray[np.int64]:
    items = np.full(shape, -1, dtype=np.int64)
    items[rows, placed["rank"].to_numpy() - 1] = placed["item_row"].to_numpy()
    return items
