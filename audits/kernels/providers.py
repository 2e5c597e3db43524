"""What attention provider groups get, beside what they would get by merit; reference, section 1.6.

Lists are ``items`` (U, k) of item rows, -1 where a short list has no item; ``membership`` (I, G)
spreads one unit of each item over its groups.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

__all__ = ["exposure_ratio", "group_exposure"]

Values = NDArray[np.float64]


def group_exposure(items: NDArray[np.integer], membership: Values) -> Values:
    """(U, G) attention of each user to each group, sum over ranks r of 1/log2(r + 1).

    Examples
    --------
    >>> groups = np.array([[1.0, 0.0], [0.0, 1.0]])
    >>> group_exposure(np.array([[0, 1, 0, 1]]), groups).round(6).tolist()
    [[1.5, 1.061606]]
    """
    attention = np.zeros((len(items), membership.shape[1]))
    for place, shown in enumerate(items.T):
        worth = np.where(shown >= 0, 1 / np.log2(place + 2), 0.0)
        attention += worth[:, None] * membership[shown]
    return attention


def exposure_ratio(exposure: Values, merit: Values) -> Values:
    """(…, G) share of attention over share of merit; 1 is in proportion.

    NaN for a group without merit, and where nothing was shown. Weighted by merit the ratios
    average 1, so the smallest lies in [0, 1].

    Examples
    --------
    >>> exposure_ratio(np.array([3.0, 1.0]), np.array([10.0, 10.0])).tolist()
    [1.5, 0.5]
    """
    total = exposure.sum(axis=-1, keepdims=True)
    shares = exposure / np.where(total > 0, total, np.nan)
    wanted = merit / merit.sum()
    return np.asarray(shares / np.where(wanted > 0, wanted, np.nan))
