"""Numbers of different scales, made comparable within each person's eligible items."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

__all__ = ["standardise"]


def standardise(values: NDArray[np.floating], eligible: NDArray[np.bool_]) -> NDArray[np.float64]:
    """(B, I) values less their mean, over their standard deviation, both of the eligible items.

    0 where the eligible items of a row do not differ.

    Examples
    --------
    >>> standardise(np.array([[1.0, 3.0, 99.0]]), np.array([[True, True, False]]))[0, :2].tolist()
    [-1.0, 1.0]
    """
    count = np.maximum(eligible.sum(axis=1, keepdims=True), 1)
    wide = values.astype(np.float64)
    mean = np.where(eligible, wide, 0).sum(axis=1, keepdims=True) / count
    centred = wide - mean
    spread = np.sqrt((np.where(eligible, centred, 0) ** 2).sum(axis=1, keepdims=True) / count)
    # Equal values leave rounding behind, which is no difference.
    differs = spread > 1e-12 * np.maximum(np.abs(mean), 1e-30)
    return np.where(differs, centred / np.where(differs, spread, 1), 0.0)
