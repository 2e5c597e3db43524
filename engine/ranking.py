"""The one order in which scored items are listed."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

__all__ = ["top_n"]


def top_n(
    scores: NDArray[np.floating], eligible: NDArray[np.bool_], *, n: int
) -> NDArray[np.int32]:
    """Rows of the n best eligible items, best first; ties go to the lower item row.

    Parameters
    ----------
    scores
        (B, I) finite scores.
    eligible
        (B, I) true where the item may be listed.
    n
        List length, at least 1.

    Returns
    -------
    (B, n) item rows; -1 pads lists with fewer than n eligible items.

    Examples
    --------
    >>> top_n(np.array([[1.0, 3.0, 3.0]]), np.array([[True, True, True]]), n=2).tolist()
    [[1, 2]]
    """
    masked = np.where(eligible, scores, -np.inf)
    width = min(n, masked.shape[1])
    members = _members(masked, width)
    values = np.take_along_axis(masked, members, axis=1)
    order = np.argsort(-values, axis=1, kind="stable")
    chosen = np.full((len(masked), n), -1, dtype=np.int32)
    chosen[:, :width] = np.take_along_axis(members, order, axis=1)
    chosen[:, :width][np.take_along_axis(values, order, axis=1) == -np.inf] = -1
    return chosen


def _members(masked: NDArray[np.floating], width: int) -> NDArray[np.intp]:
    """(B, width) rows of the best items, by row; of those tied at the border the lowest."""
    place = masked.shape[1] - width
    border = np.partition(masked, place, axis=1)[:, [place]]
    members = masked >= border
    crowded = np.count_nonzero(members, axis=1) > width
    if crowded.any():
        rows = masked[crowded]
        above = rows > border[crowded]
        tied = rows == border[crowded]
        room = width - above.sum(axis=1, keepdims=True)
        members[crowded] = above | (tied & (np.cumsum(tied, axis=1) <= room))
    rows_of_members: NDArray[np.intp] = np.flatnonzero(members) % masked.shape[1]
    return rows_of_members.reshape(-1, width)
