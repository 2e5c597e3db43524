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
        shares = self.context.category_shares[pool.items]
        counts = np.asarray((shares > 0).any(axis=2))
        profile = self._profiles()
        known = profile.any(axis=1, keepdims=True)
        mass = np.zeros_like(profile)
        size = np.zeros((len(profile), 1))

        def gain(placed: NDArray[np.intp] | None) -> NDArray[np.float64]:
            if placed is not None:
                mass[:] += shares[pool.rows, placed]
                size[:, 0] += counts[pool.rows, placed]
            distance = _divergence(profile, mass[:, None] + shares, size=size + counts)
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


def _divergence(
    p: NDArray[np.float64], mass: NDArray[np.float64], *, size: NDArray[np.float64]
) -> NDArray[np.float64]:
    """(B, K) KL(p, q~) with q = mass / size (B, K, C); of an empty list q is 0 throughout."""
    q = mass / np.maximum(size, 1)[:, :, None]
    wanted = p[:, None]
    smooth = np.where(wanted > 0, (1 - _SMOOTHING) * q + _SMOOTHING * wanted, 1)
    entropy = (p * np.log(np.where(p > 0, p, 1))).sum(axis=1, keepdims=True)
    return np.asarray(entropy - np.einsum("bc,bkc->bk", p, np.log(smooth)))
