"""Item vectors for models that keep none of their own."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.sparse.linalg import svds

from engine.histories import Histories

__all__ = ["embed_items"]


def embed_items(histories: Histories, *, size: int = 16) -> NDArray[np.float64]:
    """(I, size) item vectors V S of the truncated singular value decomposition of the log.

    The log counts as U people × I items of 0 and 1. Items nobody has are 0, and so are columns
    beyond the rank of a small log.
    The same log gives the same vectors.
    """
    has = histories.matrix().astype(np.float64)
    has.data[:] = 1
    vectors = np.zeros((histories.n_items, size))
    if min(has.shape) > 2 * size:
        # A fixed start makes the iterative solver repeatable.
        _, values, right = svds(has, k=size, v0=np.ones(min(has.shape)))
    else:
        _, values, right = np.linalg.svd(has.toarray(), full_matrices=False)
    kept = min(size, len(values))
    largest = np.argsort(-values)[:kept]
    vectors[:, :kept] = right[largest].T * values[largest]
    return vectors
