"""How much is known of a linear taste after some items: precisions, and the widths they leave."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from engine.histories import Histories

if TYPE_CHECKING:
    from scipy import sparse

__all__ = ["mean_vectors", "own_precisions", "shared_precision", "widths"]

# Bounds the (rows, I, d) products that are in memory at once.
_BLOCK = 64


def own_precisions(
    vectors: NDArray[np.float64], histories: Histories, *, rows: NDArray[np.intp]
) -> NDArray[np.float64]:
    """(b, d, d) I + sum of x xᵀ over the items of the named histories, x the item vectors."""
    precisions = np.tile(np.eye(vectors.shape[1]), (len(rows), 1, 1))
    for precision, row in zip(precisions, rows, strict=True):
        known = vectors[histories.items_of(row)]
        precision += known.T @ known
    return precisions


def mean_vectors(vectors: NDArray[np.float64], histories: Histories) -> NDArray[np.float64]:
    """(B, d) mean item vector of each history; 0 for an empty one."""
    total: NDArray[np.float64] = _ones(histories) @ vectors
    return np.asarray(total / np.maximum(histories.lengths, 1)[:, None])


def shared_precision(vectors: NDArray[np.float64], histories: Histories) -> NDArray[np.float64]:
    """(d, d) I + sum of x xᵀ over all entries of the log, x = item vector × mean vector."""
    means = mean_vectors(vectors, histories)
    x = vectors[histories.items] * means[histories.rows]
    return np.asarray(np.eye(vectors.shape[1]) + x.T @ x)


def widths(vectors: NDArray[np.float64], covariances: NDArray[np.float64]) -> NDArray[np.float64]:
    """(B, I) sqrt(xᵀ C x) of each item under each row's covariance C (B, d, d).

    Examples
    --------
    >>> widths(np.array([[3.0, 4.0]]), np.eye(2)[None]).tolist()
    [[5.0]]
    """
    found = np.empty((len(covariances), len(vectors)))
    for start in range(0, len(covariances), _BLOCK):
        products = vectors @ covariances[start : start + _BLOCK]
        found[start : start + _BLOCK] = np.einsum("bid,id->bi", products, vectors)
    # A direction that is fully known may come out a rounding error below 0.
    return np.sqrt(np.maximum(found, 0))


def _ones(histories: Histories) -> sparse.csr_array:
    """(B, I) 1 where the item is in the history."""
    has = histories.matrix().astype(np.float64)
    has.data[:] = 1
    return has
