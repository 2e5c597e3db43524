"""Item vectors for models that keep none of their own."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from engine.histories import Histories

__all__ = ["embed_items"]

# More directions than are kept, and passes: both sharpen the last ones that are.
_SPARE = 8
_PASSES = 8


def embed_items(histories: Histories, *, size: int = 16) -> NDArray[np.float64]:
    """(I, size) item vectors V S of the truncated singular value decomposition of the log.

    The log counts as U people × I items of 0 and 1. Items nobody has are 0, and so are columns
    beyond the rank of a small log. Found by subspace iteration from a fixed start, so the same log
    gives the same vectors.

    Notes
    -----
    Halko, Martinsson and Tropp, SIAM Review 2011.
    """
    has = histories.matrix().astype(np.float64)
    has.data[:] = 1
    width = min(size + _SPARE, histories.n_items)
    basis = np.random.default_rng(0).standard_normal((histories.n_items, width))
    # The matrices are thin: threads would only wait for each other.
    with threadpool_limits(1, "blas"):
        for _ in range(_PASSES):
            basis, _ = np.linalg.qr(has.T @ (has @ basis))
        _, values, right = np.linalg.svd(has @ basis, full_matrices=False)
    vectors = np.zeros((histories.n_items, size))
    kept = min(size, len(values))
    vectors[:, :kept] = basis @ right[:kept].T * values[:kept]
    # What nobody has is 0, not the rounding of it.
    vectors[np.bincount(histories.items, minlength=histories.n_items) == 0] = 0
    return vectors
