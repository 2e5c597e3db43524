"""Thompson sampling with a Gaussian posterior on each person's taste over item vectors."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from engine.policies.meaning import Meaning
from engine.policies.posterior import own_precisions
from engine.policies.thompson import PARTICLES, Thompson

__all__ = ["LinearThompson"]

# Bounds the (rows, d, d) precisions that are in memory at once.
_BLOCK = 256


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

    def _posterior(self, draws: NDArray[np.float64]) -> NDArray[np.float32]:
        """(B, M, d) tastes, as deviations of root mean square 1 over the catalogue."""
        vectors, histories = self.context.embeddings, self.context.histories
        spread = vectors.T @ vectors / len(vectors)
        found = np.empty((len(histories), *draws.shape), dtype=np.float32)
        for start in range(0, len(found), _BLOCK):
            rows = np.arange(start, min(start + _BLOCK, len(found)))
            # With A = L Lᵀ, the vector L⁻ᵀ e has covariance A⁻¹.
            lower = np.linalg.cholesky(own_precisions(vectors, histories, rows=rows))
            luck = np.broadcast_to(draws.T, (len(rows), *draws.T.shape))
            tastes = np.swapaxes(np.linalg.solve(np.swapaxes(lower, 1, 2), luck), 1, 2)
            size = np.sqrt(np.einsum("bmd,bmd->b", tastes @ spread, tastes) / len(draws))
            found[rows] = tastes / np.where(size > 0, size, 1)[:, None, None]
        return found

    def _deviations(
        self, posterior: NDArray[np.float32], rows: slice, *, room: NDArray[np.float32]
    ) -> NDArray[np.float32]:
        tastes, noise = posterior[rows], room[: rows.stop - rows.start]
        vectors = self.context.embeddings.astype(np.float32)
        flat = tastes.reshape(-1, tastes.shape[2])
        np.matmul(flat, vectors.T, out=noise.reshape(len(flat), -1))
        return noise

    @classmethod
    def _meaning(cls, rate: float, n: int) -> Meaning:
        return Meaning(
            "What the history does not say of a person's taste is drawn by chance, {percent}% as "
            "widely as this policy can; one draw a person.",
            percent=100 * rate,
        )
