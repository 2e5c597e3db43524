"""Attention beside the attention that is deserved; metric reference, section 1.6.

``exposure`` (U, m) is what m distinct items of the catalogue get from a user in expectation over
the policy, all others nothing; for one fixed list it is `discounts`, 0 where an item is missing.
``relevant`` (U, m) says which of them are relevant. The target of Diaz et al. 2020: the m_u
relevant items share the first m_u places alike, all others share the rest. NaN for a user without
relevant items.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

__all__ = ["discounts", "disparity", "loss", "relevance"]

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
    deserved, left = _target(n_relevant, k, n_items)
    ideal = n_relevant * deserved**2 + (n_items - n_relevant) * left**2
    gained = relevance(exposure, relevant, n_relevant, k=k, n_items=n_items)
    return np.maximum(disparity(exposure, n_relevant) - 2 * gained + ideal, 0.0)


def _target(n_relevant: Counts, k: int, n_items: int) -> tuple[Values, Values]:
    """(U,) what a relevant item deserves, and what any other."""
    reached = np.concatenate([[0.0], np.cumsum(discounts(k))])
    first = reached[np.minimum(n_relevant, k)]
    deserved = first / np.where(n_relevant > 0, n_relevant, np.nan)
    left = (reached[-1] - first) / np.maximum(n_items - n_relevant, 1)
    return deserved, left
