"""Thompson sampling with a Gaussian posterior on each person's taste over item vectors."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from engine.policies.meaning import Meaning
from engine.policies.posterior import own_precisions
from engine.policies.thompson import PARTICLES, Thompson

__all__ = ["LinearThompson"]


class LinearThompson(Thompson):
    """A person's taste is Gaussian about what the model says, with covariance A⁻¹.

    A = I + XᵀX, X the vectors of the items in the history (`PolicyContext.embeddings`). A draw
    deviates by xᵀ A^(-1/2) e, e standard Gaussian and the same for everyone, so that it is wide in
    directions of which the history says nothing; it is divided by its root mean square over the
    catalogue. The mean is the model's score: see `engine.policies.thompson`.

    Notes
    -----
    Agrawal and Goyal, ICML 2013, with the model's score in place of the ridge estimate.
    """

    name = "linear-thompson"

    def _draw(self, rng: np.random.Generator) -> NDArray[np.float64]:
        return rng.standard_normal((PARTICLES, self.context.embeddings.shape[1]))

    def _deviations(
        self, draws: NDArray[np.float64], rows: NDArray[np.intp]
    ) -> NDArray[np.float32]:
        precisions = own_precisions(self.context.embeddings, self.context.histories, rows=rows)
        # With A = L Lᵀ, the vector L⁻ᵀ e has covariance A⁻¹.
        upper = np.swapaxes(np.linalg.cholesky(precisions), 1, 2)
        luck = np.broadcast_to(draws.T, (len(rows), *draws.T.shape))
        tastes = np.swapaxes(np.linalg.solve(upper, luck), 1, 2)
        # The mean square over the catalogue, without the catalogue.
        vectors = self.context.embeddings
        spread = vectors.T @ vectors / len(vectors)
        size = np.sqrt(np.einsum("bmd,bmd->b", tastes @ spread, tastes) / PARTICLES)
        tastes /= np.where(size > 0, size, 1)[:, None, None]
        return np.asarray(tastes.astype(np.float32) @ vectors.T.astype(np.float32))

    @classmethod
    def _meaning(cls, rate: float, n: int) -> Meaning:
        return Meaning(
            "What the history does not say of a person's taste is drawn by chance, {percent}% as "
            "widely as this policy can; one draw a person.",
            percent=100 * rate,
        )
