"""The inverse that the closed forms share."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import lapack

from engine.errors import OptionError

__all__ = ["invert"]


def invert(positive: NDArray[np.float64], *, model: str) -> NDArray[np.float64]:
    """Invert a symmetric positive definite matrix; half the work of a general inverse.

    Raises
    ------
    OptionError
        The matrix is not positive definite to the last digit: the named model has too little
        regularization.
    """
    factor, failed = lapack.dpotrf(positive, lower=True)
    if failed:
        raise OptionError(
            "{model} cannot solve with so little regularization; give a larger one", model=model
        )
    lower, _ = lapack.dpotri(factor, lower=True)
    inverse: NDArray[np.float64] = np.tril(lower) + np.tril(lower, -1).T
    return inverse
