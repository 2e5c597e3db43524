"""How popular the shown items are; metric reference, sections 1.3 and 1.4.

Lists are ``items`` (U, k) of item rows, -1 where a short list has no item; values are (U,),
NaN for a user without a list.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

__all__ = ["mean_over_list", "mean_popularity", "novelty", "tail_items", "tail_share"]

Items = NDArray[np.integer]
Values = NDArray[np.float64]
HEAD_SHARE = 0.8


def tail_items(popularity: NDArray[np.integer]) -> NDArray[np.bool_]:
    """(I,) true for the items outside the head.

    The head is the smallest set of most popular items whose training interactions reach 80% of
    the total (the item that crosses the line is in the head; ties go to the lower item row).

    Examples
    --------
    >>> tail_items(np.array([50, 20, 10, 8, 5, 4, 2, 1])).sum()
    np.int64(5)
    """
    order = np.argsort(-popularity, kind="stable")
    reached = np.cumsum(popularity[order])
    head = int(np.searchsorted(reached, HEAD_SHARE * reached[-1] * (1 - 1e-12))) + 1
    tail = np.ones(len(popularity), dtype=bool)
    tail[order[:head]] = False
    return tail


def mean_over_list(items: Items, item_values: NDArray[np.generic]) -> Values:
    """Mean of a value over each user's shown items."""
    shown = items >= 0
    totals = np.where(shown, item_values[items], 0.0).sum(axis=1)
    return np.asarray(totals / np.where(shown.any(axis=1), shown.sum(axis=1), np.nan))


def mean_popularity(items: Items, popularity: NDArray[np.integer]) -> Values:
    """Mean number of training interactions of the shown items; its mean over users is ARP."""
    return mean_over_list(items, popularity)


def tail_share(items: Items, tail: NDArray[np.bool_]) -> Values:
    """Share of the shown items that are in the tail; its mean over users is APLT."""
    if tail.all() or not tail.any():
        return np.full(len(items), np.nan)
    return mean_over_list(items, tail)


def novelty(items: Items, item_users: NDArray[np.integer], n_users: int) -> Values:
    """Mean self-information of the shown items, -log2(max(n_i, 1)/N) bits (MIUF).

    n_i is the number of distinct training users of item i, N the number of training users.

    Examples
    --------
    >>> novelty(np.array([[0, 1]]), np.array([4, 1]), 4).tolist()
    [1.0]
    """
    return mean_over_list(items, -np.log2(np.maximum(item_users, 1) / n_users) + 0.0)
