"""Ratios of sums over people; metric reference, sections 1.4, 1.6 and 1.7.

Groups of items stand on the last axis (G); leading axes are kept, so that one call serves every
resample. NaN where a denominator is 0: nothing is there to be compared.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

__all__ = [
    "against_the_rest",
    "bias_disparity",
    "impact_ratio",
    "merit_ratio",
    "rates",
    "relative_lift",
    "signed_spread",
]

Values = NDArray[np.float64]


def rates(part: Values, whole: Values) -> Values:
    """Part over whole; NaN where the whole is 0."""
    return np.asarray(part / np.where(whole > 0, whole, np.nan))


def merit_ratio(exposure: Values, merit: Values) -> Values:
    """Share of exposure over share of merit, at least 0; 1 is in proportion.

    Examples
    --------
    >>> merit_ratio(np.array([1.5, 0.5]), np.array([1.0, 1.0])).tolist()
    [1.5, 0.5]
    """
    given = rates(exposure, exposure.sum(axis=-1, keepdims=True))
    return rates(given, rates(merit, merit.sum(axis=-1, keepdims=True)))


def against_the_rest(gained: Values, merit: Values) -> Values:
    """Gain per merit of each group over that of all other groups together; 1 is equal.

    With two groups this is Singh & Joachims' ratio of the one to the other.

    Examples
    --------
    >>> against_the_rest(np.array([1.5, 1.061606]), np.array([1.0, 1.0])).round(6).tolist()
    [1.412954, 0.707737]
    """
    rest = rates(_others(gained), _others(merit))
    return rates(rates(gained, merit), rest)


def _others(values: Values) -> Values:
    # Added up without the group itself: total minus part would leave rounding where 0 is meant.
    n = values.shape[-1]
    return np.asarray(values @ (1.0 - np.eye(n)))


def impact_ratio(selected: Values) -> Values:
    """Rate of each group over the highest rate; NaN where no group has a rate above 0.

    Examples
    --------
    >>> impact_ratio(np.array([0.45, 0.6])).tolist()
    [0.75, 1.0]
    """
    known = np.where(np.isnan(selected), -np.inf, selected)
    return rates(selected, known.max(axis=-1, keepdims=True))


def signed_spread(first: Values, second: Values) -> Values:
    """(first - second) / (first + second), in [-1, 1].

    Its size is the population standard deviation over the mean of the two, which is what PopREO
    and PopRSP are; the sign says which is ahead.

    Examples
    --------
    >>> signed_spread(np.array(3.0), np.array(1.0)).item()
    0.5
    """
    total = first + second
    return np.asarray((first - second) / np.where(total > 0, total, np.nan))


def relative_lift(after: Values, before: Values) -> Values:
    """(after - before) / before, above -1; 0 is neutral."""
    return rates(after, before) - 1


def bias_disparity(shown: Values, history: Values) -> Values:
    """(B_R - B_S) / B_S from each category's share; the share in the catalogue cancels out.

    Examples
    --------
    >>> bias_disparity(np.array([0.75, 0.25]), np.array([0.5, 0.5])).tolist()
    [0.5, -0.5]
    """
    return relative_lift(shown, history)
