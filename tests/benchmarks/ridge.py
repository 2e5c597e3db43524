"""Each person's ridge regression of likes on item vectors: the mean of linear bandits."""

from __future__ import annotations

import numpy as np
from scipy import sparse

from engine.policies.context import PolicyContext
from engine.policies.posterior import own_precisions

__all__ = ["LIKED", "likes", "ridge_means"]

LIKED = 4


def likes(context: PolicyContext) -> np.ndarray:
    """(nnz,) 1 where an entry of the histories is rated 4 or better, else 0."""
    return (context.histories.weights >= LIKED).astype(np.float64)


def ridge_means(context: PolicyContext) -> np.ndarray:
    """(B, I) xᵀ A⁻¹ Σ r x over each history, A = I + Σ x xᵀ."""
    vectors, histories = context.embeddings, context.histories
    shape = (len(histories), histories.n_items)
    rewards = sparse.csr_array((likes(context), histories.items, histories.indptr), shape)
    sums = np.asarray(rewards @ vectors)
    precisions = own_precisions(vectors, histories, rows=np.arange(len(histories)))
    return np.asarray(np.linalg.solve(precisions, sums[:, :, None])[:, :, 0] @ vectors.T)
