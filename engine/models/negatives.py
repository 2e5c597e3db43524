"""Items nobody chose: what a pairwise loss compares with."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

__all__ = ["unseen_items"]


def unseen_items(
    seen: NDArray[np.bool_], owners: NDArray[np.int64], *, rng: np.random.Generator
) -> NDArray[np.int64]:
    """One item for each owner, drawn evenly among those that are not in her history.

    Who has everything gets item 0, for nothing else is left to compare with.

    Parameters
    ----------
    seen
        (B, I) true where the item is in the history.
    owners
        (m,) rows of ``seen``, each as often as it needs an item.

    Examples
    --------
    >>> seen = np.array([[True, True, False]])
    >>> unseen_items(seen, np.array([0, 0]), rng=np.random.default_rng(0)).tolist()
    [2, 2]
    """
    free = (~seen).sum(axis=1)
    # Every draw is a place among the unseen items, so none has to be drawn again.
    places = np.floor(rng.random(len(owners)) * free[owners]).astype(np.int64)
    unseen_first = np.argsort(seen, axis=1, kind="stable")
    drawn: NDArray[np.int64] = unseen_first[owners, places]
    return drawn
