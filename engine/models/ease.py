"""EASE: a linear auto-encoder over items, in closed form."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.linalg import blas

from engine.dataset import Dataset
from engine.errors import OptionError
from engine.histories import Histories
from engine.models.base import LinearRecommender
from engine.models.gram_change import leading_directions
from engine.models.inverse import invert

__all__ = ["Ease"]


@dataclass(eq=False)
class Ease(LinearRecommender):
    """score = x B, with B the ridge solution that may not use an item to predict itself.

    B minimises ||X - X B||² + regularization ||B||² subject to diag(B) = 0, which gives
    B_jt = -P_jt / P_tt for j ≠ t, with P = (XᵀX + regularization I)⁻¹.

    Attributes
    ----------
    regularization
        Above 0; 500 as published for MovieLens-20M (not tuned here).
    weighting
        What x holds for a history item: 1 ("binary"), or its weight ("weight").
    directions
        How many directions of the change of XᵀX an update takes up; 0 takes up all of them, at
        the cost of a fit when many people did something new.

    Notes
    -----
    Steck, "Embarrassingly Shallow Autoencoders for Sparse Data", WWW 2019. Cost: I³ operations
    and two I × I matrices, so a catalogue of some ten thousand items is the limit.
    """

    name = "ease"
    spare = frozenset({"precision_"})
    regularization: float = 500.0
    weighting: Literal["binary", "weight"] = "binary"
    directions: int = 16

    def _fit(self, dataset: Dataset, *, rng: np.random.Generator) -> None:
        if self.regularization <= 0:
            raise OptionError(
                "ease has regularization {value}; give a number above 0", value=self.regularization
            )
        if self.directions < 0:
            raise OptionError(
                "ease has directions {count}; give a number from 1, or 0 for all of them",
                count=self.directions,
            )
        x = self.input_matrix(dataset.histories).astype(np.float64)
        gram = (x.T @ x).toarray()
        gram[np.diag_indices_from(gram)] += self.regularization
        self._set_weights(invert(gram, model=self.name))

    def _update(self, before: Dataset, after: Dataset) -> None:
        """Correct P for what changed in XᵀX: Σ s v vᵀ over few directions v, by Woodbury.

        The v are the old and new rows of the people who did something new, with s = -1 and 1,
        where that is few enough, and that is exact. Else they are the leading eigenvectors of
        the change, and the rest of it is not learned until the next fit. A catalogue of not much
        more than that many items is inverted again.
        """
        old, new = before.histories, after.histories
        people = np.flatnonzero(old.lengths != new.lengths)
        known = people[old.lengths[people] > 0]
        rows = len(people) + len(known)
        most = self.directions or rows
        if min(rows, most) > after.n_items // 3:
            self._fit(after, rng=np.random.default_rng(0))
            return
        if rows <= most:
            parts = [self.input_matrix(new.take(people)), self.input_matrix(old.take(known))]
            v = sparse.vstack(parts).toarray().T
            signs = np.repeat([1, -1], [len(people), len(known)]).astype(np.float32)
        else:
            v, signs = leading_directions(
                self.input_matrix(old.take(people)),
                self.input_matrix(new.take(people)),
                n=most,
                rng=np.random.default_rng(0),
            )
        self._correct(v, signs)

    def _correct(self, v: NDArray[np.float32], s: NDArray[np.float32]) -> None:
        """Let P be the inverse of P⁻¹ + Σ s v vᵀ, v the columns given."""
        seen = self.precision_ @ v
        middle = v.T @ seen
        middle[np.diag_indices_from(middle)] += 1 / s
        # In its place: another matrix of that size would take longer than the product. BLAS wants
        # columns one after another, which the rows of a symmetric matrix are.
        change = np.linalg.solve(middle, seen.T)
        corrected = blas.dgemm(-1, seen, change, 1, self.precision_.T, overwrite_c=True)
        self._set_weights(corrected.T)

    def _set_weights(self, precision: NDArray[np.float64]) -> None:
        weights = np.divide(precision, -np.diag(precision), dtype=np.float32, casting="same_kind")
        np.fill_diagonal(weights, 0)
        self.precision_ = precision
        self.item_weights_ = weights

    def _score(self, histories: Histories) -> NDArray[np.float32]:
        scores: NDArray[np.float32] = self.input_matrix(histories) @ self.item_weights_
        return scores

    def inputs(self, weights: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return ones, or the weights themselves, as `weighting` says."""
        return np.ones_like(weights) if self.weighting == "binary" else weights

    def coefficients(self, target: int) -> NDArray[np.floating]:
        """(I,) column of B: what each history item adds to the target's score."""
        return self.item_weights_[:, target]

    def base_value(self, target: int) -> float:
        """Return 0: an empty history scores nothing."""
        return 0.0
