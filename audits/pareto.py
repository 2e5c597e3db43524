"""Which points are not outdone by any other, on two measures at once."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

__all__ = ["front"]

Values = NDArray[np.float64]


def front(first: Values, second: Values, *, wanted: tuple[int, int]) -> NDArray[np.bool_]:
    """(S,) true for the settings that none other outdoes: as good on both, better on one.

    Parameters
    ----------
    first, second
        (S,) values; a setting with NaN is not on the front.
    wanted
        +1 where more is better, -1 where less is.

    Examples
    --------
    >>> front(np.array([3.0, 2.0, 1.0]), np.array([1.0, 2.0, 1.5]), wanted=(1, 1)).tolist()
    [True, True, False]
    """
    points = np.stack([first * wanted[0], second * wanted[1]], axis=1)
    known = ~np.isnan(points).any(axis=1)
    others = points[known][None, :, :]
    own = points[:, None, :]
    outdone = np.all(others >= own, axis=2) & np.any(others > own, axis=2)
    return np.asarray(known & ~np.any(outdone, axis=1))
