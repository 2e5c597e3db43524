"""How alike people become, and how narrow each one; metric reference, section 1.8.

Sets are ``items`` (U, m) of item rows, -1 where a person has fewer than m; no item twice in a
row. How varied one person's set is, `audits.kernels.diversity` measures; the two can move in
opposite directions, so they are never made into one number.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

__all__ = [
    "comparable_pairs",
    "discoverable_corpus",
    "homogenisation",
    "majority_category_share",
    "majority_of_masses",
    "mean_cosine",
    "mean_intersection",
    "profile_drift",
    "sampled_homogenisation",
]

Items = NDArray[np.integer]
BLOCK = 512


def homogenisation(items: Items) -> float:
    """Mean over pairs of people of |A ∩ B| / |A ∪ B| (Jaccard), in [0, 1]; higher = more alike.

    Pairs of two empty sets have no value and are left out (`comparable_pairs` counts the rest);
    NaN if no pair is left. Exact: pairs that share nothing add 0 and are never formed, the others
    come from blocks of a sparse product, so that memory is at most 512 × U entries. Its time
    grows with the pairs that share something. The sum over pairs of |A ∩ B| / |A ∪ B| is no sum
    over items, so beyond a few thousand people there are `sampled_homogenisation`, an estimate
    of the same number, and `mean_cosine`, exact in linear time.

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


def sampled_homogenisation(
    items: Items, *, pairs: int, rng: np.random.Generator
) -> tuple[float, int]:
    """Mean Jaccard overlap over pairs drawn evenly, and how many of them have a value.

    Two different people are drawn for each pair; the same generator state draws the same pairs,
    whatever people have, so that arms are compared on the same pairs.
    """
    first = rng.integers(len(items), size=pairs)
    second = (first + rng.integers(1, max(len(items), 2), size=pairs)) % len(items)
    owned = _incidence(items)
    sizes = np.diff(owned.indptr)
    # A block of pairs at a time: what people have grows with every round.
    shared = np.concatenate(
        [
            np.asarray(owned[one].multiply(owned[other]).sum(axis=1))
            for one, other in zip(_in_blocks(first), _in_blocks(second), strict=True)
        ]
    )
    union = sizes[first] + sizes[second] - shared
    some = union > 0
    if not some.any():
        return float("nan"), 0
    return float((shared[some] / union[some]).mean()), int(some.sum())


def mean_cosine(items: Items) -> float:
    """Mean over pairs of people of |A ∩ B| / √(|A| |B|), in [0, 1]; higher = more alike.

    Exact in time linear in the entries, no pair is formed: with x_u the 0/1 vector of person u
    scaled to length 1, the sum of all cosines is |sum_u x_u|², so the mean over the pairs of the U
    people who have something is (|sum_u x_u|² - U) / (U (U - 1)); NaN below two of them.

    Examples
    --------
    >>> round(mean_cosine(np.array([[1, 2], [2, 3], [-1, -1]])), 6)
    0.5
    """
    sizes = (items >= 0).sum(axis=1)
    people = int((sizes > 0).sum())
    if people < 2:
        return float("nan")
    weights = np.broadcast_to(1 / np.sqrt(np.maximum(sizes, 1))[:, None], items.shape)
    together = np.bincount(items[items >= 0], weights=weights[items >= 0])
    return float((together @ together - people) / (people * (people - 1)))


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
    return majority_of_masses(_incidence(items, len(categories)) @ spread)


def majority_of_masses(mass: NDArray[np.float64]) -> NDArray[np.float64]:
    """(U,) share of the largest category from (U, C) what falls to each; NaN for nothing."""
    total = mass.sum(axis=1)
    return np.asarray(mass.max(axis=1, initial=0) / np.where(total > 0, total, np.nan))


def profile_drift(
    initial: NDArray[np.float64], current: NDArray[np.float64], *, smoothing: float = 0.01
) -> NDArray[np.float64]:
    """(U,) Kullback-Leibler divergence of the current category profile from the initial one.

    KL(p ‖ q~) = sum_c p_c ln(p_c / q~_c) in nats, 0 or more, p the shares of ``initial`` (U, C),
    q those of ``current``, q~ = (1 - smoothing) q + smoothing p (Steck 2018), so that a category
    that vanished costs a finite amount. Higher = further from what the person began with; NaN
    where one of the two is empty.

    Examples
    --------
    >>> before, after = np.array([[0.5, 0.3, 0.2, 0.0]]), np.array([[1.0, 0.0, 0.0, 0.0]])
    >>> profile_drift(before, after).round(6).tolist()
    [1.958518]
    """
    p, q = _shares(initial), _shares(current)
    mixed = (1 - smoothing) * q + smoothing * p
    ratio = np.divide(p, mixed, out=np.ones_like(p), where=p > 0)
    # Equal profiles may come out a rounding error below 0.
    drift = np.maximum((p * np.log(ratio)).sum(axis=1), 0.0)
    return np.where(initial.any(axis=1) & current.any(axis=1), drift, np.nan)


def discoverable_corpus(counts: NDArray[np.integer], *, at_least: int) -> float:
    """Share of the catalogue, in [0, 1], that was chosen ``at_least`` times in a window.

    ``counts`` (I,) are choices in the window. After Su et al. (2024): items that enough people
    found for the system to learn about them; higher = wider.
    """
    return float((counts >= at_least).mean())


def _shares(mass: NDArray[np.float64]) -> NDArray[np.float64]:
    total = mass.sum(axis=1, keepdims=True)
    return np.asarray(mass / np.where(total > 0, total, np.nan))


def _incidence(items: Items, n_items: int | None = None) -> sparse.csr_array:
    """(U, I) sparse, 1 where the person has the item."""
    people, places = np.nonzero(items >= 0)
    columns = items[people, places]
    width = int(items.max(initial=0)) + 1 if n_items is None else n_items
    return sparse.csr_array(
        (np.ones(len(columns), dtype=np.int64), (people, columns)), shape=(len(items), width)
    )


def _in_blocks(rows: NDArray[np.integer]) -> list[NDArray[np.integer]]:
    return [rows[begin : begin + BLOCK] for begin in range(0, max(len(rows), 1), BLOCK)]


def _choose_two(n: int) -> int:
    return n * (n - 1) // 2
