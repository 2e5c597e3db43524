"""What bars items from a list: a number that can be added to any score."""

from __future__ import annotations

import numpy as np
from numpy.typing import DTypeLike, NDArray

__all__ = ["barred"]


def barred(eligible: NDArray[np.bool_], dtype: DTypeLike) -> NDArray[np.floating]:
    """(B, I) 0 where eligible and -inf where not, to be added to finite scores of that type.

    Examples
    --------
    >>> barred(np.array([[True, False]]), np.float32).tolist()
    [[0.0, -inf]]
    """
    kind = np.dtype(dtype)
    # 1 - 1 has the bits of 0, and 0 - 1 all bits, of which those of -inf are left. Choosing by
    # `np.where` takes four times as long.
    bits = eligible.astype(f"i{kind.itemsize}")
    bits -= 1
    bits &= np.array(-np.inf, dtype=kind).view(bits.dtype)
    return np.asarray(bits.view(kind))
