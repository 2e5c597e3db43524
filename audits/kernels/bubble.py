"""How alike people become, and how narrow each one; metric reference, section 1.8.

Sets are ``items`` (U, m) of item rows, -1 where a person has fewer than m; no item twice in a
row. How varied one person's set is, `audits.kernels.diversity` measures; the two can move in
opposite directions, so they are never made into one number.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

__all__ = ["comparable_pairs", "homogenisation", "majority_category_share", "mean_intersection"]

Items = NDArray[np.integer]
BLOCK = 512


def homogenisation(items: Items) -> float:
    """Mean over pairs of people of |A ∩ B| / |A ∪ B| (Jaccard), in [0, 1]; higher = more alike.

    Pairs of two empty sets have no value and are left out (`comparable_pairs` counts the rest);
    NaN if no pair is left. Exact: pairs that share nothing add 0 and are never formed, the others
    come from blocks of a sparse product, so that memory is at most 512 × U entries.

    Examples
    --------
    >>> round(homogenisation(np.array([[1, 2, 3], [2, 3, 4], [5, -1, -1]])), 6)
    0.166667
    """
    pairs = comparable_pairs(items)
    if not pairs:
        return float("nan")
    owned = _incidence(items)
    sizes = np.diff(owned.indptr)
    turned = owned.T.tocsr()
    total = 0.0
    for begin in range(0, len(items), BLOCK):
        shared = (owned[begin : begin + BLOCK] @ turned).tocoo()
        left, right = shared.row + begin, shared.col
        above = left < right
        both = shared.data[above]
        total += float((both / (sizes[left[above]] + sizes[right[above]] - both)).sum())
    return total / pairs


def comparable_pairs(items: Items) -> int:
    """Count the pairs of people of whom at least one has something."""
    empty = int((items < 0).all(axis=1).sum())
    return _choose_two(len(items)) - _choose_two(empty)


def mean_intersection(items: Items) -> float:
    """Mean over all pairs of people of |A ∩ B|, the linear-time companion of `homogenisation`.

    sum_i C(n_i, 2) / C(U, 2), n_i the number of people who have item i; NaN below two people.
    Unlike Jaccard it grows with the size of the sets.

    Examples
    --------
    >>> round(mean_intersection(np.array([[1, 2, 3], [2, 3, 4], [5, -1, -1]])), 6)
    0.666667
    """
    if len(items) < 2:
        return float("nan")
    owners = np.bincount(items[items >= 0])
    return float((owners * (owners - 1) // 2).sum() / _choose_two(len(items)))


def majority_category_share(items: Items, categories: NDArray[np.floating]) -> NDArray[np.float64]:
    """(U,) share of a person's items that falls to her largest category; higher = narrower.

    ``categories`` (I, C) is 1 where the item is in the category. Each item spreads one unit
    evenly over its categories; items without any are left out, NaN if none is left.

    Examples
    --------
    >>> genres = np.array([[1.0, 0.0], [1.0, 0.0], [0.0, 1.0], [1.0, 1.0]])
    >>> majority_category_share(np.array([[0, 1, 2, 3]]), genres).tolist()
    [0.625]
    """
    sizes = categories.sum(axis=1, keepdims=True)
    spread = np.divide(categories, sizes, out=np.zeros_like(categories), where=sizes > 0)
    mass = _incidence(items, len(categories)) @ spread
    total = mass.sum(axis=1)
    return np.asarray(mass.max(axis=1, initial=0) / np.where(total > 0, total, np.nan))


def _incidence(items: Items, n_items: int | None = None) -> sparse.csr_array:
    """(U, I) sparse, 1 where the person has the item."""
    people, places = np.nonzero(items >= 0)
    columns = items[people, places]
    width = int(items.max(initial=0)) + 1 if n_items is None else n_items
    return sparse.csr_array(
        (np.ones(len(columns), dtype=np.int64), (people, columns)), shape=(len(items), width)
    )


def _choose_two(n: int) -> int:
    return n * (n - 1) // 2
