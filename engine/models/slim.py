"""ADMM-SLIM: a sparse linear auto-encoder over items."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from engine.dataset import Dataset
from engine.errors import OptionError
from engine.histories import Histories
from engine.models.base import LinearRecommender
from engine.models.gram_change import gram_change
from engine.models.inverse import invert

__all__ = ["AdmmSlim"]

Matrix = NDArray[np.float32]


@dataclass(eq=False)
class AdmmSlim(LinearRecommender):
    """score = x C, with C sparse, not negative, and no item predicting itself.

    C minimises ½||X - X C||² + ½ Σ_j l2_j ||C_j·||² + l1 Σ|C_jt| subject to diag(C) = 0 and
    C ≥ 0, where l2_j = l2 (c_j / U)^alpha, c_j is the number of the U users who have item j. The
    alternating direction method of multipliers splits it: B obeys the diagonal and has a closed
    form, C is soft-thresholded, and the multipliers bring the two together.

    Attributes
    ----------
    l1
        From 0; more of it leaves fewer weights.
    l2
        Above 0; the pull towards 0.
    alpha
        From 0; how much harder the pull is on items many have. 0 treats all alike.
    rho
        Above 0; penalty on the distance between B and C. It decides the way, not the goal.
    iterations
        At least 1.

    Notes
    -----
    Steck, Dimakopoulou, Riabov and Jebara, "ADMM SLIM", WSDM 2020, without centred columns. The
    problem is that of SLIM (Ning and Karypis, ICDM 2011). Cost: 2 I³ operations an iteration and
    four I × I matrices. The defaults were chosen on validation parts of MovieLens-100K training
    sets.
    """

    name = "admm-slim"
    spare = frozenset({"gram_", "multipliers_"})
    l1: float = 3.0
    l2: float = 500.0
    alpha: float = 0.5
    rho: float = 500.0
    iterations: int = 20

    def _fit(self, dataset: Dataset, *, rng: np.random.Generator) -> None:
        self._check()
        shape = (dataset.n_items, dataset.n_items)
        self.multipliers_ = np.zeros(shape, dtype=np.float32)
        self.item_weights_ = sparse.csr_array(shape, dtype=np.float32)
        x = self.input_matrix(dataset.histories)
        # Whole numbers, which float32 holds exactly up to some 16 million people.
        self.gram_ = (x.T @ x).toarray()
        self._iterate(dataset.n_users, iterations=self.iterations)

    def _update(self, before: Dataset, after: Dataset) -> None:
        """Go on from the weights that stand: near the goal a twentieth of the way is enough."""
        old, new = before.histories, after.histories
        people = np.flatnonzero(old.lengths != new.lengths)
        self.gram_ += gram_change(
            self.input_matrix(old.take(people)), self.input_matrix(new.take(people))
        )
        self._iterate(after.n_users, iterations=-(-self.iterations // 20))

    def _check(self) -> None:
        if min(self.l1, self.alpha) < 0 or min(self.l2, self.rho) <= 0 or self.iterations < 1:
            raise OptionError(
                "admm-slim has l1 {l1}, l2 {l2}, alpha {alpha}, rho {rho}, iterations "
                "{iterations}; give l1 and alpha from 0, l2 and rho above 0, iterations from 1",
                **{name: getattr(self, name) for name in self.__dataclass_fields__},
            )

    def _iterate(self, n_users: int, *, iterations: int) -> None:
        """Run the alternation from where the weights and multipliers stand."""
        inverse, pull = self._solve(n_users)
        # The inverse times XᵀX, since that is what it inverts less the pull.
        least_squares = np.eye(len(pull), dtype=np.float32) - inverse * pull
        diagonal = np.diag(inverse)
        split, multipliers = self.item_weights_.toarray(), self.multipliers_
        for _ in range(iterations):
            b = least_squares + inverse @ (self.rho * split - multipliers)
            b -= inverse * (np.diag(b) / diagonal)
            split = np.maximum(b + (multipliers - self.l1) / self.rho, 0)
            multipliers = multipliers + self.rho * (b - split)
        # It is 0 up to rounding: B's diagonal is, and C and the multipliers follow it.
        np.fill_diagonal(split, 0)
        self.multipliers_ = multipliers
        self.item_weights_ = sparse.csr_array(split)

    def _solve(self, n_users: int) -> tuple[Matrix, Matrix]:
        """(I, I) inverse of XᵀX + diag(pull), and the (I,) pull l2_j + rho."""
        left = self.gram_.astype(np.float64)
        share = np.diag(left) / max(n_users, 1)
        pull = self.l2 * share**self.alpha + self.rho
        left[np.diag_indices_from(left)] += pull
        return invert(left, model=self.name).astype(np.float32), pull.astype(np.float32)

    def _score(self, histories: Histories) -> NDArray[np.float32]:
        scores: Matrix = (self.input_matrix(histories) @ self.item_weights_).toarray()
        return scores

    def inputs(self, weights: NDArray[np.float32]) -> NDArray[np.float32]:
        """Every history item counts as 1."""
        return np.ones_like(weights)

    def coefficients(self, target: int) -> NDArray[np.floating]:
        """(I,) column of C: what each history item adds to the target's score."""
        column: Matrix = self.item_weights_[:, [target]].toarray().ravel()
        return column

    def base_value(self, target: int) -> float:
        """Return 0: an empty history scores nothing."""
        return 0.0
