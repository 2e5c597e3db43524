"""Re-ranking: one item after another by a gain that looks at what stands above."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.policies.base import Policy
from engine.policies.slates import Slates, compared_slates
from engine.ranking import top_n

__all__ = ["Gain", "Pool", "Reranker"]

# How many items compete for a place: so many times the length of the list.
_POOL = 10
_DIGITS = 12

Gain = Callable[[NDArray[np.intp] | None], NDArray[np.float64]]
"""Given the pool columns just placed (None before the first), the (B, K) gain of each column."""


@dataclass(frozen=True, eq=False)
class Pool:
    """The K best eligible items of each row, best first.

    Attributes
    ----------
    items
        (B, K) item rows; -1 pads, at the end.
    relevance
        (B, K) their scores, moved and scaled to [0, 1] within the pool; 1 where all are equal.
    """

    items: NDArray[np.int32]
    relevance: NDArray[np.float64]

    @property
    def rows(self) -> NDArray[np.intp]:
        """(B,) row numbers, to index a column of each row."""
        return np.arange(len(self.items))


class Reranker(Policy):
    """Places items one by one, each the best of the pool by a gain; nothing is left to chance.

    The pool is the 10 n best items by score, so that even at rate 1 a list holds nothing that
    the model puts far down. Ties of the gain go to the better score.
    """

    stochastic = False

    def _choose(
        self,
        scores: NDArray[np.floating],
        eligible: NDArray[np.bool_],
        *,
        n: int,
        rate: float,
        rng: np.random.Generator,
    ) -> Slates:
        pool = _make_pool(scores, eligible, size=_POOL * n)
        gain = self._gain(pool, rate=rate)
        items = np.full((len(scores), n), -1, dtype=np.int32)
        left = pool.items >= 0
        placed = None
        for place in range(min(n, pool.items.shape[1])):
            # Rounded, so that rounding errors decide no ties.
            gains = np.round(gain(placed), _DIGITS)
            placed = np.argmax(np.where(left, gains, -np.inf), axis=1)
            # A row with nothing left keeps its padding.
            items[:, place] = np.where(left[pool.rows, placed], pool.items[pool.rows, placed], -1)
            left[pool.rows, placed] = False
        return compared_slates(items, scores, eligible, propensities=np.ones(items.shape))

    @abstractmethod
    def _gain(self, pool: Pool, *, rate: float) -> Gain:
        """Return the gain of this batch; it is called once a place, in order."""


def _make_pool(scores: NDArray[np.floating], eligible: NDArray[np.bool_], *, size: int) -> Pool:
    items = top_n(scores, eligible, n=min(size, scores.shape[1]))
    held = items >= 0
    values = np.take_along_axis(scores, items, axis=1).astype(np.float64)
    best = values[:, :1]
    worst = np.min(values, axis=1, where=held, initial=np.inf, keepdims=True)
    spread = np.where(best > worst, best - worst, 1)
    return Pool(items, np.where(held, 1 - (best - values) / spread, 0.0))
