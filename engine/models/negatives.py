"""Items nobody chose: what a pairwise loss compares with."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

__all__ = ["unseen_by_weight", "unseen_items"]


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


def unseen_by_weight(
    seen: NDArray[np.bool_],
    owners: NDArray[np.int64],
    *,
    weights: NDArray[np.floating],
    rng: np.random.Generator,
) -> NDArray[np.int64]:
    """One item for each owner as `unseen_items`, but with chances in proportion to weights.

    Parameters
    ----------
    weights
        (I,) above 0.

    Examples
    --------
    >>> seen = np.array([[True, False, False]])
    >>> drawn = unseen_by_weight(
    ...     seen, np.zeros(4000, int), weights=np.array([9, 3, 1]), rng=np.random.default_rng(0)
    ... )
    >>> np.bincount(drawn).round(-2).tolist()
    [0, 3000, 1000]
    """
    reach = np.cumsum(np.where(seen, 0.0, weights), axis=1)
    total = np.where(reach[:, -1:] > 0, reach[:, -1:], 1.0)
    # One sorted line for all rows: row b takes up b to b + 1.
    line = (reach / total + np.arange(len(seen))[:, None]).ravel()
    spots = np.searchsorted(line, owners + rng.random(len(owners)), side="right")
    found: NDArray[np.int64] = spots - owners * seen.shape[1]
    nothing_left = (reach[:, -1] <= 0)[owners]
    return np.where(nothing_left, 0, np.minimum(found, seen.shape[1] - 1))
