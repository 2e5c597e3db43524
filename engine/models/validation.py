"""The measure that early stopping listens to."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from engine.histories import Histories
from engine.ranking import top_n

__all__ = ["mean_ndcg"]


def mean_ndcg(
    scores: NDArray[np.floating], seen: Histories, relevant: Histories, *, k: int = 10
) -> float:
    """Mean nDCG@k of the k best unseen items, over everyone who has a relevant one.

    Binary gains, the ideal over min(k, relevant) places: the definition that audits use, told
    here again because a model may not know of audits.

    Examples
    --------
    >>> seen = Histories.empty(1, n_items=3)
    >>> relevant = Histories.from_lists([[1]], n_items=3)
    >>> round(mean_ndcg(np.array([[0.9, 0.5, 0.1]]), seen, relevant), 4)
    0.6309
    """
    shown = top_n(scores, ~seen.seen(), n=k)
    hits = np.take_along_axis(relevant.seen(), shown, axis=1) & (shown >= 0)
    discounts = 1 / np.log2(np.arange(k) + 2)
    ideal = np.concatenate([[np.nan], np.cumsum(discounts)])[np.minimum(relevant.lengths, k)]
    return float(np.nanmean(hits @ discounts / ideal))
