"""How the shown places are spread over the catalogue; metric reference, section 1.2.

All functions take ``counts`` (…, I): how often each item of the whole catalogue was shown,
zeros included. Leading axes are kept, so one call serves many systems at once.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

__all__ = ["count_items", "coverage", "entropy", "evenness", "gini"]

Counts = NDArray[np.integer]
Values = NDArray[np.float64]


def count_items(items: NDArray[np.integer], n_items: int) -> NDArray[np.int64]:
    """Count how often each item row is shown; -1 (a place without an item) does not count."""
    return np.bincount(items[items >= 0], minlength=n_items)


def coverage(counts: Counts) -> Values:
    """Share of the catalogue shown to at least one user, in [0, 1]; NaN if nothing was shown."""
    return _where_shown((counts > 0).mean(axis=-1), counts)


def gini(counts: Counts) -> Values:
    """Concentration of what is shown: 0 = every item equally often, (n-1)/n = one item only.

    sum_j (2j - n - 1) c_(j) / (n T) over ascending counts c_(1) ≤ … ≤ c_(n), T their total.

    Examples
    --------
    >>> gini(np.array([0, 1, 1, 2, 2, 2, 3, 4])).round(6).item()
    0.341667
    """
    n = counts.shape[-1]
    ascending = np.sort(counts, axis=-1)
    weights = 2 * np.arange(1, n + 1) - n - 1
    total = np.where(counts.sum(axis=-1) > 0, counts.sum(axis=-1), np.nan)
    return np.asarray(ascending @ weights / (n * total))


def entropy(counts: Counts) -> Values:
    """Shannon entropy of the shown shares, -sum p log2 p, in [0, log2 n] bits.

    Examples
    --------
    >>> entropy(np.array([0, 1, 1, 2, 2, 2, 3, 4])).round(6).item()
    2.656565
    """
    total = np.where(counts.sum(axis=-1) > 0, counts.sum(axis=-1), np.nan)
    shares = counts / total[..., None]
    logs = np.log2(np.where(counts > 0, shares, 1.0))
    return np.asarray(-(shares * logs).sum(axis=-1)) + 0.0


def evenness(counts: Counts) -> Values:
    """Entropy over the most it could be, log2 n, in [0, 1]; NaN for a catalogue of one item.

    Examples
    --------
    >>> evenness(np.array([3, 3, 3, 3])).item()
    1.0
    """
    most = np.log2(counts.shape[-1])
    return np.asarray(entropy(counts) / (most if most > 0 else np.nan))


def _where_shown(values: Values, counts: Counts) -> Values:
    return np.where(counts.sum(axis=-1) > 0, values, np.nan)
