"""Accuracy of lists, one value a user; definitions of the metric reference, section 1.1.

All functions take the same two arrays: ``hits`` (U, k), true where the item in that place is
relevant to the user (false where a short list has no item), and ``n_relevant`` (U,), how many
held-out items are relevant to her. They return (U,) values in [0, 1]; NaN for a user without
relevant items, who is left out of every mean.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

__all__ = ["average_precision", "hit_rate", "ndcg", "precision", "recall", "reciprocal_rank"]

Hits = NDArray[np.bool_]
Counts = NDArray[np.integer]
Values = NDArray[np.float64]


def ndcg(hits: Hits, n_relevant: Counts) -> Values:
    """Normalised discounted cumulative gain with binary gains.

    DCG / IDCG; DCG = sum over hits of 1/log2(rank + 1), IDCG = the same over the first
    min(k, n_relevant) places (Järvelin & Kekäläinen 2002).

    Examples
    --------
    >>> ndcg(np.array([[True, False, True]]), np.array([4])).round(6).tolist()
    [0.703918]
    """
    k = hits.shape[1]
    discounts = 1 / np.log2(np.arange(k) + 2)
    ideal = np.concatenate([[np.nan], np.cumsum(discounts)])[np.minimum(n_relevant, k)]
    return np.asarray(hits @ discounts / ideal)


def recall(hits: Hits, n_relevant: Counts) -> Values:
    """Share of the user's relevant items that are on the list: hits / n_relevant."""
    return _per_relevant(hits.sum(axis=1), n_relevant)


def precision(hits: Hits, n_relevant: Counts) -> Values:
    """Share of the k places that hold a relevant item; a missing place is a miss."""
    return _where_relevant(hits.mean(axis=1), n_relevant)


def hit_rate(hits: Hits, n_relevant: Counts) -> Values:
    """1 if any relevant item is on the list, else 0."""
    return _where_relevant(np.any(hits, axis=1), n_relevant)


def reciprocal_rank(hits: Hits, n_relevant: Counts) -> Values:
    """1 / rank of the first hit, 0 without a hit; its mean is MRR@k."""
    first = hits.argmax(axis=1) + 1
    return _where_relevant(hits.any(axis=1) / first, n_relevant)


def average_precision(hits: Hits, n_relevant: Counts) -> Values:
    """(1/min(k, n_relevant)) · sum over hits of precision at that rank; its mean is MAP@k."""
    k = hits.shape[1]
    at_rank = np.cumsum(hits, axis=1) / np.arange(1, k + 1)
    return _per_relevant((at_rank * hits).sum(axis=1), np.minimum(n_relevant, k))


def _per_relevant(total: NDArray[np.generic], n_relevant: Counts) -> Values:
    divisor = np.where(n_relevant > 0, n_relevant, np.nan)
    return np.asarray(total / divisor, dtype=np.float64)


def _where_relevant(values: NDArray[np.generic], n_relevant: Counts) -> Values:
    return np.where(n_relevant > 0, values.astype(np.float64), np.nan)
