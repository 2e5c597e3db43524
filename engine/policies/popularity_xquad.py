"""Popularity xQuAD: head and tail items in the proportion of each person's own history."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from engine.policies.meaning import Meaning
from engine.policies.reranking import Gain, Pool, Reranker

__all__ = ["PopularityXQuAD"]


class PopularityXQuAD(Reranker):
    """Each place: the largest (1 - rate) rel(v) + rate P(c|u) (1 - |S in c| / |S|), c of v.

    c is the item's class, head or tail; P(c|u) the share of the class in the person's history
    (in the whole log for a person without one); S what stands above, and the last factor is 1
    while it is empty. rel is the score scaled to [0, 1] within the pool. An item is in one class
    alone, so P(v|c) is 1 for its own and 0 for the other.

    Notes
    -----
    Abdollahpouri, Burke and Mobasher, FLAIRS 2019, in the smooth form: how far a class is covered
    is its share of the list so far.
    """

    name = "popularity-xquad"

    def _gain(self, pool: Pool, *, rate: float) -> Gain:
        tail = self.context.tail[pool.items]
        taste = self._tail_taste()[:, None]
        wanted = np.where(tail, taste, 1 - taste)
        tails = np.zeros((len(pool.items), 1))
        size = 0

        def gain(placed: NDArray[np.intp] | None) -> NDArray[np.float64]:
            nonlocal size
            if placed is not None:
                tails[:, 0] += tail[pool.rows, placed]
                size += 1
            covered = np.where(tail, tails, size - tails) / max(size, 1)
            return (1 - rate) * pool.relevance + rate * wanted * (1 - covered)

        return gain

    def _tail_taste(self) -> NDArray[np.float64]:
        """(B,) share of the tail in each history."""
        histories, tail = self.context.histories, self.context.tail
        total = self.context.popularity.sum()
        usual = self.context.popularity[tail].sum() / max(total, 1)
        owned = np.bincount(histories.rows[tail[histories.items]], minlength=len(histories))
        return np.where(histories.lengths > 0, owned / np.maximum(histories.lengths, 1), usual)

    @classmethod
    def _meaning(cls, rate: float, n: int) -> Meaning:
        return Meaning(
            "Having popular and less popular items as in the history counts {percent}% and the "
            "score the rest; nothing is left to chance.",
            percent=100 * rate,
        )
