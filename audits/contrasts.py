"""Intervals of the widest gap between groups, honest about which groups it lies between.

The widest of many gaps is the luckiest: an interval for the pair that happens to span it would
miss the truth too often, and the more groups the oftener. So all pairs are covered at once
(a bootstrap max-t interval, Tukey's idea; Romano & Wolf 2005), and the widest gap with them.
With two groups it is the symmetric bootstrap interval of their difference.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

__all__ = ["mean_difference", "smallest_ratio", "widest_difference"]

Values = NDArray[np.float64]
LEVEL = 0.95


def widest_difference(means: Values, samples: Values) -> tuple[float, float]:
    """95% interval of the largest group mean minus the smallest.

    The lower end may lie below 0: then the order of the groups is itself uncertain.

    Parameters
    ----------
    means
        (G,) means of at least two groups.
    samples
        (B, G) the same under resampling of users; NaN = no value.

    Returns
    -------
    low, high; NaN where the two groups furthest apart do not vary at all.

    Examples
    --------
    >>> draws = np.random.default_rng(0).normal([0.0, 1.0], 0.1, size=(999, 2))
    >>> low, high = widest_difference(np.array([0.0, 1.0]), draws)
    >>> round(low, 1), round(high, 1)
    (0.7, 1.3)
    """
    gaps, reach = _pairs(means, samples)
    if np.isnan(reach[np.argmax(gaps)]):
        return float("nan"), float("nan")
    return float(np.nanmax(gaps - reach)), float(np.nanmax(gaps + reach))


def mean_difference(means: Values, samples: Values) -> tuple[float, float]:
    """95% interval of the mean over all pairs of groups of the absolute difference of their means.

    The mean of what each pair may be, for all pairs are covered at once; it errs on the wide side.
    """
    gaps, reach = _pairs(means, samples)
    if np.isnan(reach).any():
        return float("nan"), float("nan")
    return float((gaps - reach).mean()), float((gaps + reach).mean())


def _pairs(means: Values, samples: Values) -> tuple[Values, Values]:
    """Gaps of all pairs, larger minus smaller, and how far each may be off."""
    first, second = np.triu_indices(len(means), k=1)
    sign = np.where(means[first] >= means[second], 1.0, -1.0)
    gaps = np.abs(means[first] - means[second])
    return gaps, _reach(gaps, sign * (samples[:, first] - samples[:, second]))


def smallest_ratio(means: Values, samples: Values) -> tuple[float, float]:
    """95% interval of the smallest group mean over the largest, from 0.

    Means are not negative, and the largest is above 0. The upper end may lie above 1: then the
    order of the groups is itself uncertain.
    """
    above = np.where(means > 0, means, np.nan)
    first, second = np.nonzero(~np.eye(len(means), dtype=bool))
    ratios = means[first] / above[second]
    drawn = samples[:, first] / np.where(samples > 0, samples, np.nan)[:, second]
    reach = _reach(ratios, drawn)
    if np.isnan(reach[np.nanargmin(ratios)]):
        return float("nan"), float("nan")
    return max(float(np.nanmin(ratios - reach)), 0.0), float(np.nanmin(ratios + reach))


def _reach(values: Values, drawn: Values) -> Values:
    """How far each of P values may be off, all at once; NaN for one that does not vary."""
    off = np.abs(drawn - values)
    known = ~np.isnan(off)
    counted = np.where(known.sum(axis=0) > 0, known.sum(axis=0), np.nan)
    error = np.sqrt((np.where(known, off, 0.0) ** 2).sum(axis=0) / counted)
    error = np.where(error > 1e-12 * np.maximum(1.0, np.abs(values)), error, np.nan)
    largest = np.fmax.reduce(off / error, axis=1)
    ordered = np.sort(largest[~np.isnan(largest)])
    if not len(ordered):
        return np.full(len(values), np.nan)
    place = min(int(np.ceil(LEVEL * (len(ordered) + 1))), len(ordered)) - 1
    return np.asarray(ordered[place] * error)
