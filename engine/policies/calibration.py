"""Calibrated re-ranking: categories in the proportion of each person's own history."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from engine.policies.meaning import Meaning
from engine.policies.reranking import Gain, Pool, Reranker

__all__ = ["Calibration"]

_SMOOTHING = 0.01


class Calibration(Reranker):
    """Each place: the item that makes (1 - rate) sum rel(i) - rate KL(p, q~) of the list largest.

    p is the category distribution of the history, sum of w_i p(c|i) over sum of w_i, p(c|i) even
    over the categories of an item; q the same of the list so far with equal weights, and
    q~ = 0.99 q + 0.01 p. KL is in nats, at most ln 100. rel is the score scaled to [0, 1] within
    the pool. Items without categories count in neither; a person without a history gets the model's
    own list. The sets grow greedily: the best set could be better.

    Notes
    -----
    Steck, "Calibrated Recommendations", RecSys 2018.
    """

    name = "calibration"

    def _gain(self, pool: Pool, *, rate: float) -> Gain:
        shares = self.context.category_shares
        counts = np.asarray((shares > 0).any(axis=1))[pool.items]
        profile = self._profiles()
        known = profile.any(axis=1, keepdims=True)
        divergence = _Divergence(profile, shares, pool.items)
        mass = np.zeros_like(profile)
        size = np.zeros((len(profile), 1))

        def gain(placed: NDArray[np.intp] | None) -> NDArray[np.float64]:
            if placed is not None:
                mass[:] += shares[pool.items[pool.rows, placed]]
                size[:, 0] += counts[pool.rows, placed]
            distance = divergence.with_each(mass, size, counts)
            return (1 - rate) * pool.relevance - rate * np.where(known, distance, 0)

        return gain

    def _profiles(self) -> NDArray[np.float64]:
        """(B, C) p of each history; 0 throughout where it says nothing."""
        histories = self.context.histories
        weights = histories.matrix().astype(np.float64)
        weights.data = np.maximum(weights.data, 0)
        mass: NDArray[np.float64] = weights @ self.context.category_shares
        total = mass.sum(axis=1, keepdims=True)
        return np.asarray(mass / np.where(total > 0, total, 1))

    @classmethod
    def _meaning(cls, rate: float, n: int) -> Meaning:
        return Meaning(
            "Having categories as in the history counts {percent}% and the score the rest; "
            "nothing is left to chance.",
            percent=100 * rate,
        )


class _Divergence:
    """KL(p, q~) of a list with one item more, for each of (B, K) items that could be the one.

    An item changes q in its own categories alone, and by one of few amounts, 1 over how many it
    has. So the logarithms are taken once a category and amount, not once a category and item.
    """

    def __init__(
        self, p: NDArray[np.float64], shares: NDArray[np.float64], items: NDArray[np.int32]
    ) -> None:
        self.p, self.wanted = p, p > 0
        self.entropy = (p * np.log(np.where(self.wanted, p, 1))).sum(axis=1, keepdims=True)
        self.amounts, amount = np.unique(shares.max(axis=1), return_inverse=True)
        has = shares > 0
        width, n_categories = max(int(has.sum(axis=1).max()), 1), shares.shape[1]
        # The categories of each item, in order; a further cell, always 0, pads.
        own = np.argsort(~has, axis=1, kind="stable")[:, :width]
        cells = amount[:, None] * n_categories + own
        nothing = len(self.amounts) * n_categories
        cells = np.where(np.take_along_axis(has, own, axis=1), cells, nothing)
        rows = np.arange(len(items))[:, None, None] * (nothing + 1)
        self.cells = rows + cells[items]

    def with_each(
        self, mass: NDArray[np.float64], size: NDArray[np.float64], counts: NDArray[np.bool_]
    ) -> NDArray[np.float64]:
        """(B, K) divergences; of an empty list q is 0 throughout.

        Parameters
        ----------
        mass, size
            (B, C) and (B, 1) of the list so far: q is mass / size.
        counts
            (B, K) true for an item with categories; another changes nothing.
        """
        longer = size + 1
        without = self._terms(mass / longer)
        more = (mass[:, None] + self.amounts[:, None]) / longer[:, :, None]
        gains = np.zeros((len(mass), self.amounts.size * mass.shape[1] + 1))
        changed = self._terms(more) - without[:, None]
        gains[:, :-1] = changed.reshape(len(mass), gains.shape[1] - 1)
        own = np.take(gains, self.cells).sum(axis=2)
        unchanged = self._terms(mass / np.maximum(size, 1)).sum(axis=1, keepdims=True)
        fit = np.where(counts, without.sum(axis=1, keepdims=True) + own, unchanged)
        return np.asarray(self.entropy - fit)

    def _terms(self, q: NDArray[np.float64]) -> NDArray[np.float64]:
        """P ln q~ of (B, C) or (B, A, C) shares q; 0 where p is 0."""
        p = self.p if q.ndim == 2 else self.p[:, None]
        smooth = np.where(p > 0, (1 - _SMOOTHING) * q + _SMOOTHING * p, 1)
        return np.asarray(p * np.log(smooth))
