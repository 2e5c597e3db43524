"""The inverse that the closed forms share."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import lapack

from engine.errors import OptionError

__all__ = ["invert"]

# Rows and columns at a time: a block and its mirror image stay in the cache.
_BLOCK = 128


def invert(positive: NDArray[np.float64], *, model: str) -> NDArray[np.float64]:
    """Invert a symmetric positive definite matrix in its place; half the work of a general inverse.

    What is given is overwritten: the work is in the matrix itself, for a copy of some ten thousand
    rows takes gigabytes.

    Raises
    ------
    OptionError
        The matrix is not positive definite to the last digit: the named model has too little
        regularization.
    """
    # LAPACK wants columns one after another: those of the transpose, which is the same matrix.
    factor, failed = lapack.dpotrf(positive.T, lower=True, overwrite_a=True)
    if failed:
        raise OptionError(
            "{model} cannot solve with so little regularization; give a larger one", model=model
        )
    lower, _ = lapack.dpotri(factor, lower=True, overwrite_c=True)
    inverse: NDArray[np.float64] = lower.T
    for start in range(0, len(inverse), _BLOCK):
        end = start + _BLOCK
        inverse[end:, start:end] = inverse[start:end, end:].T
        square = inverse[start:end, start:end]
        square[:] = np.triu(square) + np.triu(square, 1).T
    return inverse
