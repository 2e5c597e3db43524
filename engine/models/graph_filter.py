"""GraphFilter: a history smoothed over the graph of people and items, in closed form."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.linalg import eigh

from engine.dataset import Dataset
from engine.errors import OptionError
from engine.histories import Histories
from engine.models.base import LinearRecommender

__all__ = ["GraphFilter"]


@dataclass(eq=False)
class GraphFilter(LinearRecommender):
    """score = x (RᵀR + strength D^-½ V Vᵀ D^½), a walk over the graph plus a smooth part.

    R = D_u^-½ X D^-½ is the log with people and items scaled by how many edges they have (D for
    items, D_u for people), and V holds the leading right singular vectors of R, the slowest waves
    on the graph. Nothing is trained by gradient; LightGCN is a learned filter of this kind.

    Attributes
    ----------
    waves
        Vectors in V, from 1; a catalogue with fewer items takes all it has.
    strength
        Of the smooth part, at least 0.

    Notes
    -----
    Shen et al., "How Powerful is Graph Convolution for Recommendation?" (GF-CF), CIKM 2021. Cost:
    an I × I eigenproblem. The defaults were chosen on validation parts of MovieLens-100K training
    sets.
    """

    name = "graph-filter"
    waves: int = 64
    strength: float = 0.3

    def _fit(self, dataset: Dataset, *, rng: np.random.Generator) -> None:
        if self.waves < 1 or self.strength < 0:
            raise OptionError(
                "graph-filter has waves {waves} and strength {strength}; give waves from 1 and "
                "strength from 0",
                waves=self.waves,
                strength=self.strength,
            )
        x = self.input_matrix(dataset.histories).astype(np.float64)
        # Someone or something without edges has none to scale.
        people, items = (np.sqrt(np.maximum(x.sum(axis=axis), 1)) for axis in (1, 0))
        r = sparse.diags_array(1 / people) @ x @ sparse.diags_array(1 / items)
        walk = (r.T @ r).toarray()
        last = len(walk) - 1
        slow = eigh(walk, subset_by_index=[max(len(walk) - self.waves, 0), last])[1]
        smooth = (slow / items[:, None]) @ (slow * items[:, None]).T
        self.item_weights_ = (walk + self.strength * smooth).astype(np.float32)

    def _score(self, histories: Histories) -> NDArray[np.float32]:
        scores: NDArray[np.float32] = self.input_matrix(histories) @ self.item_weights_
        return scores

    def inputs(self, weights: NDArray[np.float32]) -> NDArray[np.float32]:
        """Every history item counts as 1."""
        return np.ones_like(weights)

    def coefficients(self, target: int) -> NDArray[np.floating]:
        """(I,) what each history item adds to the target's score."""
        column: NDArray[np.float32] = self.item_weights_[:, target]
        return column

    def base_value(self, target: int) -> float:
        """Return 0: nothing spreads from an empty history."""
        return 0.0
