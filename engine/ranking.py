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
    if n >= masked.shape[1]:
        order = np.argsort(-masked, axis=1, kind="stable")
        width = masked.shape[1]
    else:
        order = _best(masked, n)
        width = n
    chosen = order[:, :width].astype(np.int32)
    chosen[np.take_along_axis(masked, chosen, axis=1) == -np.inf] = -1
    padding = np.full((len(chosen), n - width), -1, dtype=np.int32)
    return np.concatenate([chosen, padding], axis=1)


def _best(masked: NDArray[np.floating], n: int) -> NDArray[np.intp]:
    """Partition first, sort the few; rows tied at the border are sorted whole."""
    partition = np.argpartition(-masked, n - 1, axis=1)[:, :n]
    partition.sort(axis=1)
    values = np.take_along_axis(masked, partition, axis=1)
    order = np.take_along_axis(partition, np.argsort(-values, axis=1, kind="stable"), axis=1)
    border = values.min(axis=1)
    tied = (masked >= border[:, None]).sum(axis=1) > n
    tied &= border > -np.inf
    if tied.any():
        order[tied] = np.argsort(-masked[tied], axis=1, kind="stable")[:, :n]
    return order
