"""Models that solve a person's vector anew from the history, by ridge regression."""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.models.base import Capabilities, Recommender

__all__ = ["FoldInRecommender", "FoldInSystem"]


@dataclass(frozen=True, eq=False)
class FoldInSystem:
    """The ridge system of a model: p = (everywhere + extra QᵀQ)⁻¹ pull Qᵀ1, score_t = p · y_t.

    Q holds the vectors of the history items. Nothing here may depend on the length of a history.

    Attributes
    ----------
    vectors
        (I, d) float64 the item vectors y.
    everywhere
        (d, d) what every system has, positive definite.
    extra
        Weight of a history item's square, above 0.
    pull
        Weight of a history item on the right-hand side.
    """

    vectors: NDArray[np.float64]
    everywhere: NDArray[np.float64]
    extra: float
    pull: float


class FoldInRecommender(Recommender):
    """A model whose people are folded in; taking one item out has a closed form."""

    capabilities = Capabilities(folds_in=True)

    @abstractmethod
    def fold_in_system(self) -> FoldInSystem:
        """Return the system that is solved for every history."""
