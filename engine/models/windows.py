"""Windows of histories, as rows of item numbers that a sequence model reads."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from engine.histories import Histories

__all__ = ["windows"]


def windows(
    histories: Histories, starts: NDArray[np.int64], lengths: NDArray[np.int64]
) -> NDArray[np.int64]:
    """(B, 1 + longest) what stands before a window of each history, then the window.

    Before the first item stands the mark, one above the last item row; behind the end of a
    window stands anything.

    Examples
    --------
    >>> two = Histories.from_lists([[3, 4, 5], []], n_items=9)
    >>> windows(two, np.array([1, 0]), np.array([2, 0]))[0].tolist()
    [3, 4, 5]
    >>> windows(two, np.array([0, 0]), np.array([1, 0]))[:, 0].tolist()
    [9, 9]
    """
    places = np.arange(-1, lengths.max(initial=0))
    within = starts[:, None] + np.minimum(places, lengths[:, None] - 1)
    source = np.clip(histories.indptr[:-1, None] + within, 0, max(len(histories.items) - 1, 0))
    items = histories.items if len(histories.items) else np.zeros(1, dtype=np.int32)
    return np.where(within < 0, histories.n_items, items[source]).astype(np.int64)
