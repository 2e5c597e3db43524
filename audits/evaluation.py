"""From lists to numbers: one value a user and measure, and how often each item was shown."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np
import polars as pl
from numpy.typing import NDArray

from audits.blocks import BLOCKS, count_blocks
from audits.data import AuditData
from audits.partials import Partial, measure, merge
from audits.placed import Placed, place_blocks

__all__ = ["Evaluation", "Tally", "evaluate"]


@dataclass(frozen=True, eq=False)
class Tally:
    """What is counted over all lists of one audit.

    Attributes
    ----------
    k
        How many places of each list were looked at.
    counts
        (BLOCKS, I) how often each item is on a list, by block of users.
    n_users
        Audited users.
    n_without_list, n_short_lists
        Audited users without any list, and with fewer than k items.
    n_not_audited
        Users with a list but no held-out item; they count for coverage, Gini and entropy alone.
    n_draws
        The most draws that are known of one list; 1 where each is known once.
    by_chance
        Whether the log says that places were left to chance.
    """

    k: int
    counts: NDArray[np.int64]
    n_users: int
    n_without_list: int
    n_short_lists: int
    n_not_audited: int
    n_draws: int = 1
    by_chance: bool = False

    @property
    def n_lists(self) -> int:
        """How many users have a list, audited or not."""
        return self.n_users - self.n_without_list + self.n_not_audited

    @staticmethod
    def of(items: NDArray[np.integer], counts: NDArray[np.int64], *, n_not_audited: int) -> Tally:
        """Count the lists of the audited users, (U, k) item rows with -1 where one is short."""
        n_users, k = items.shape
        filled = (items >= 0).sum(axis=1)
        short = int(((filled > 0) & (filled < k)).sum())
        return Tally(k, counts, n_users, int((filled == 0).sum()), short, n_not_audited)


@dataclass(frozen=True, eq=False)
class Evaluation:
    """What was measured on one set of lists, before any mean is taken.

    Attributes
    ----------
    partial
        Per-user values and item counts of all audited users, in row order.
    items
        (U, k) item rows of the audited users' lists, -1 where a list is short.
    scores
        (U, k) the scores beside them, NaN where there is none.
    tally
        What was counted over all lists.
    """

    partial: Partial
    items: NDArray[np.int64]
    scores: NDArray[np.float64]
    tally: Tally

    @property
    def k(self) -> int:
        """How many places of each list were looked at."""
        return self.tally.k


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
    gathered = _Gathered(data, k)
    for placed in place_blocks(data, recommendations, k=k):
        gathered.add(placed)
    return gathered.finish()


class _Gathered:
    """What the blocks so far have given."""

    def __init__(self, data: AuditData, k: int) -> None:
        self.data = data
        self.items = np.full((data.n_users, k), -1, dtype=np.int64)
        self.scores = np.full((data.n_users, k), np.nan)
        self.strangers = np.zeros((BLOCKS, data.n_items), dtype=np.int64)
        self.n_strangers, self.n_draws, self.by_chance = 0, 1, False
        self.measured: list[Partial] = []

    def add(self, placed: Placed) -> None:
        """Measure the lists of one block."""
        self.items[placed.user_rows] = placed.items
        if placed.scores is not None:
            self.scores[placed.user_rows] = placed.scores
        self._measure(placed.user_rows, placed.draws)
        self.n_draws = max(self.n_draws, 1 if placed.draws is None else placed.draws.shape[1])
        self.by_chance |= placed.by_chance
        self.strangers += placed.strangers
        self.n_strangers += placed.n_strangers

    def _measure(self, rows: NDArray[np.int64], draws: NDArray[np.int64] | None = None) -> None:
        items = self.items[rows]
        counts = count_blocks(self.data.blocks[rows], items, self.data.n_items)
        self.measured.append(Partial(rows, measure(self.data, rows, items, draws), counts))

    def finish(self) -> Evaluation:
        """Put the blocks together, with the users no block had a list for."""
        listed = np.concatenate([part.user_rows for part in self.measured])
        self._measure(np.setdiff1d(np.arange(self.data.n_users), listed))
        merged = merge(self.measured)
        partial = replace(merged, counts=merged.counts + self.strangers)
        tally = Tally.of(self.items, partial.counts, n_not_audited=self.n_strangers)
        drawn = replace(tally, n_draws=self.n_draws, by_chance=self.by_chance)
        return Evaluation(partial, self.items, self.scores, drawn)
