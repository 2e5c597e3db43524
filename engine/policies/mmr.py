"""Maximal marginal relevance: what is liked, and unlike what stands above it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from engine.policies.meaning import Meaning
from engine.policies.reranking import Gain, Pool, Reranker

__all__ = ["MMR"]


class MMR(Reranker):
    """Each place: the item with the largest (1 - rate) rel(i) - rate max over S of sim(i, j).

    rel is the score scaled to [0, 1] within the pool, S what stands above (no term while it is
    empty), sim the cosine of two items' categories, 0 for an item without any.

    Notes
    -----
    Carbonell and Goldstein, SIGIR 1998, with lambda = 1 - rate.
    """

    name = "mmr"

    def _gain(self, pool: Pool, *, rate: float) -> Gain:
        categories = self.context.categories
        norms = np.linalg.norm(categories, axis=1, keepdims=True)
        unit = (categories / np.where(norms > 0, norms, 1))[pool.items]
        nearest = np.zeros(pool.items.shape)

        def gain(placed: NDArray[np.intp] | None) -> NDArray[np.float64]:
            if placed is not None:
                likeness = np.einsum("bkc,bc->bk", unit, unit[pool.rows, placed])
                np.maximum(nearest, likeness, out=nearest)
            return (1 - rate) * pool.relevance - rate * nearest

        return gain

    @classmethod
    def _meaning(cls, rate: float, n: int) -> Meaning:
        return Meaning(
            "Being unlike the items above counts {percent}% and the score the rest; nothing is "
            "left to chance.",
            percent=100 * rate,
        )
