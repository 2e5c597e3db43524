"""Attention beside the attention that is deserved; metric reference, section 1.6.

``exposure`` (U, m) is what m distinct items of the catalogue get from a user in expectation over
the policy, all others nothing; for one fixed list it is `discounts`, 0 where an item is missing.
``relevant`` (U, m) says which of them are relevant. The target of Diaz et al. 2020: the m_u
relevant items share the first m_u places alike, all others share the rest. NaN for a user without
relevant items.

Of a policy that draws its lists, one drawn list does not say how unevenly the policy spreads
attention, and neither do the chances of its places: "ab" or "cd" and "ab" or "ba", half and half,
give each list the chances 1/2 and 1, but a disparity of (1 + v²)/2 and of (1 + v)²/2, v = 1/log2 3.
Two lists drawn on their own do: the attention both give to the same items is the disparity in
expectation. ``draws`` (U, J, k) are item rows of J such lists, -1 where one is short; a list that
holds nothing was not drawn.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

__all__ = ["discounts", "disparity", "disparity_of_draws", "ideal", "loss", "relevance"]

Values = NDArray[np.float64]
Counts = NDArray[np.integer]


def discounts(k: int) -> Values:
    """(k,) attention of each place: 1 / log2(1 + rank).

    Examples
    --------
    >>> discounts(4).round(6).tolist()
    [1.0, 0.63093, 0.5, 0.430677]
    """
    return np.asarray(1 / np.log2(np.arange(k) + 2))


def disparity(exposure: Values, n_relevant: Counts) -> Values:
    """(U,) EE-D: the sum of squared exposures; lower is more equal."""
    return np.where(n_relevant > 0, (exposure**2).sum(axis=1), np.nan)


def relevance(
    exposure: Values, relevant: NDArray[np.bool_], n_relevant: Counts, *, k: int, n_items: int
) -> Values:
    """(U,) EE-R: exposure times deserved exposure, summed; higher is better.

    Examples
    --------
    >>> first_two = np.array([[True, True, False]])
    >>> relevance(discounts(3)[None], first_two, np.array([2]), k=3, n_items=3).round(6).item()
    1.579966
    """
    deserved, left = _target(n_relevant, k, n_items)
    worth = np.where(relevant, deserved[:, None], left[:, None])
    return np.asarray((exposure * worth).sum(axis=1))


def loss(
    exposure: Values, relevant: NDArray[np.bool_], n_relevant: Counts, *, k: int, n_items: int
) -> Values:
    """(U,) EE-L: squared distance of exposure and deserved exposure; 0 is exactly as deserved."""
    gained = relevance(exposure, relevant, n_relevant, k=k, n_items=n_items)
    best = ideal(n_relevant, k=k, n_items=n_items)
    return np.maximum(disparity(exposure, n_relevant) - 2 * gained + best, 0.0)


def ideal(n_relevant: Counts, *, k: int, n_items: int) -> Values:
    """(U,) sum of squared deserved exposures."""
    deserved, left = _target(n_relevant, k, n_items)
    return np.asarray(n_relevant * deserved**2 + (n_items - n_relevant) * left**2)


def disparity_of_draws(draws: NDArray[np.integer], n_relevant: Counts) -> Values:
    """(U,) EE-D of a policy from its draws: mean over pairs of draws of their common attention.

    Without bias: E[sum_i e_i e'_i] = sum_i E[e_i]² for draws on their own. NaN for a user with
    fewer than two draws.

    Examples
    --------
    >>> twice = np.array([[[0, 1], [1, 0]], [[0, 1], [2, 3]], [[0, 1], [-1, -1]]])
    >>> disparity_of_draws(twice, np.array([1, 1, 1])).round(6).tolist()
    [1.26186, 0.0, nan]
    """
    n_draws, k = draws.shape[1:]
    worth = discounts(k)[:, None] * discounts(k)[None, :]
    common, pairs = np.zeros(len(draws)), np.zeros(len(draws))
    drawn = np.asarray(np.any(draws >= 0, axis=2))
    for one in range(n_draws):
        for other in range(one):
            same = (draws[:, one, :, None] == draws[:, other, None, :]) & (
                draws[:, one, :, None] >= 0
            )
            common += (same * worth).sum(axis=(1, 2))
            pairs += drawn[:, one] & drawn[:, other]
    known = (n_relevant > 0) & (pairs > 0)
    return np.where(known, common / np.where(known, pairs, 1), np.nan)


def _target(n_relevant: Counts, k: int, n_items: int) -> tuple[Values, Values]:
    """(U,) what a relevant item deserves, and what any other."""
    reached = np.concatenate([[0.0], np.cumsum(discounts(k))])
    first = reached[np.minimum(n_relevant, k)]
    deserved = first / np.where(n_relevant > 0, n_relevant, np.nan)
    left = (reached[-1] - first) / np.maximum(n_items - n_relevant, 1)
    return deserved, left
