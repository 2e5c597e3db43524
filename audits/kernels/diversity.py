"""How varied one user's list is; metric reference, section 1.3.

Lists are ``items`` (U, k) of item rows, -1 where a short list has no item. The feature space is
the item's categories: ``categories`` (I, C), 1 where the item is in the category.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

__all__ = [
    "category_entropy",
    "diversity_of_sums",
    "entropy_of_masses",
    "intra_list_diversity",
]

Items = NDArray[np.integer]
Values = NDArray[np.float64]


def intra_list_diversity(items: Items, categories: NDArray[np.floating]) -> Values:
    """Mean of 1 - cosine over all pairs of shown items, in [0, 1] (Ziegler 2005).

    Pairs with an item without categories are missing; a list without any usable pair is NaN.
    By unit vectors x of the m usable items, the sum of all cosines is |sum x|², so no pair is
    ever formed: 1 - (|sum x|² - m) / (m (m - 1)).

    Examples
    --------
    >>> genres = np.array([[1.0, 0.0], [0.0, 1.0], [1.0, 0.0]])
    >>> intra_list_diversity(np.array([[0, 1], [0, 2]]), genres).tolist()
    [1.0, 0.0]
    """
    norms = np.linalg.norm(categories, axis=1, keepdims=True)
    unit = np.divide(categories, norms, out=np.zeros_like(categories), where=norms > 0)
    usable = (items >= 0) & (norms[:, 0] > 0)[items]
    m = usable.sum(axis=1)
    return diversity_of_sums(np.where(usable[:, :, None], unit[items], 0.0).sum(axis=1), m)


def diversity_of_sums(together: Values, m: NDArray[np.integer]) -> Values:
    """(U,) intra-list diversity from (U, C) sums of m unit vectors each, as they add up."""
    cosines = (together**2).sum(axis=1) - m
    pairs = np.where(m > 1, m * (m - 1), np.nan)
    return np.asarray(np.clip(1 - cosines / pairs, 0.0, 1.0))


def category_entropy(items: Items, categories: NDArray[np.floating]) -> Values:
    """Shannon entropy of the list's category shares, in [0, log2 C] bits.

    Each item spreads one unit evenly over its categories; items without any are left out.

    Examples
    --------
    >>> genres = np.array([[1.0, 0.0], [0.0, 1.0]])
    >>> category_entropy(np.array([[0, 1], [0, -1]]), genres).tolist()
    [1.0, 0.0]
    """
    sizes = categories.sum(axis=1, keepdims=True)
    spread = np.divide(categories, sizes, out=np.zeros_like(categories), where=sizes > 0)
    return entropy_of_masses(np.where((items >= 0)[:, :, None], spread[items], 0.0).sum(axis=1))


def entropy_of_masses(mass: Values) -> Values:
    """(U,) category entropy in bits from (U, C) what falls to each category."""
    total = mass.sum(axis=1, keepdims=True)
    shares = np.divide(mass, total, out=np.zeros_like(mass), where=total > 0)
    logs = np.log2(np.where(shares > 0, shares, 1.0))
    return np.where(total[:, 0] > 0, -(shares * logs).sum(axis=1) + 0.0, np.nan)
