"""Drawing one of a few ready lists, with the exact chance of every place."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

__all__ = ["draw_lists"]


def draw_lists(
    lists: NDArray[np.int32], weights: NDArray[np.float64], *, luck: NDArray[np.float64]
) -> tuple[NDArray[np.int32], NDArray[np.float64]]:
    """Draw one of the M lists of each row, and give the chance of each place of it.

    The chance of an item, given the places above, is the weight of the lists that begin so with
    the item over the weight of the lists that begin so: equal lists are counted together.

    Parameters
    ----------
    lists
        (B, M, n) item rows; -1 pads.
    weights
        (M,) chance of each list, in sum 1.
    luck
        (B,) uniform numbers in [0, 1), one a row: the lists split that interval in their order.

    Returns
    -------
    (B, n) the lists drawn, and (B, n) the chances.

    Examples
    --------
    >>> lists = np.array([[[0, 1], [0, 2], [0, 1]]], dtype=np.int32)
    >>> weights = np.array([0.5, 0.2, 0.3])
    >>> items, chances = draw_lists(lists, weights, luck=np.array([0.6]))
    >>> items.tolist(), chances.round(9).tolist()
    ([[0, 2]], [[1.0, 0.2]])
    """
    bounds = np.cumsum(weights)
    drawn = np.searchsorted(bounds, luck * bounds[-1], side="right")
    items = np.take_along_axis(lists, drawn[:, None, None], axis=1)[:, 0]
    alike = np.ones(lists.shape[:2], dtype=bool)
    mass = (alike * weights).sum(axis=1)
    chances = np.empty(items.shape)
    for place in range(items.shape[1]):
        alike &= lists[:, :, place] == items[:, place, None]
        # One rule of summation for all places: a certain place has a chance of exactly 1.
        now = (alike * weights).sum(axis=1)
        chances[:, place] = np.minimum(now / mass, 1)
        mass = now
    return items, chances
