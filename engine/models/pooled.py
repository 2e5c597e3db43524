"""Models that pool vectors of the history and divide by a function of its length alone."""

from __future__ import annotations

from abc import abstractmethod

import numpy as np
from numpy.typing import NDArray

from engine.histories import Histories
from engine.models.base import Capabilities, Recommender

__all__ = ["PooledRecommender"]


class PooledRecommender(Recommender):
    """A model with score_t = base_t + g(|H|) × the sum over the history of a_jt.

    g = 1/|H| is a mean, |H|^-½ the pooling of SVD++ and of a graph convolution. Not linear in the
    history, for one more item makes all others count less; its Shapley values have a closed form.
    """

    capabilities = Capabilities(pooled_in_history=True)

    @abstractmethod
    def parts(self, history: Histories, targets: NDArray[np.integer]) -> NDArray[np.float64]:
        """(P, T) the a_jt of the items of one history, oldest first."""

    @abstractmethod
    def pooling(self, sizes: NDArray[np.integer]) -> NDArray[np.float64]:
        """Return g at sizes from 1."""

    def pool(self, histories: Histories, vectors: NDArray[np.float64]) -> NDArray[np.float64]:
        """(B, d) g(|H|) × the sum of the (I, d) vectors over each history; zeros where empty."""
        scale = self.pooling(np.maximum(histories.lengths, 1))[:, None]
        return np.asarray(scale * (histories.seen().astype(np.float64) @ vectors))

    @abstractmethod
    def base_values(self, targets: NDArray[np.integer]) -> NDArray[np.float64]:
        """(T,) scores of the empty history."""
