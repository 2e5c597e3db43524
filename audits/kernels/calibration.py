"""How far a list's categories are from those of the history; metric reference, section 1.5.

Shares are (…, C) rows that add up to 1, or rows of NaN or zeros where there is nothing to share.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

__all__ = ["category_mass", "jensen_shannon", "kullback_leibler", "shares"]

Values = NDArray[np.float64]
SMOOTHING = 0.01


def category_mass(items: NDArray[np.integer], categories: NDArray[np.floating]) -> Values:
    """(U, C) what each list gives to each category.

    ``items`` is (U, k), -1 where a short list has no item. An item spreads one unit evenly over
    its categories; items without any give nothing.

    Examples
    --------
    >>> category_mass(np.array([[0, 1, -1]]), np.array([[1.0, 0.0], [1.0, 1.0]])).tolist()
    [[1.5, 0.5]]
    """
    sizes = categories.sum(axis=1, keepdims=True)
    spread = np.divide(categories, sizes, out=np.zeros_like(categories), where=sizes > 0)
    return np.asarray(np.where((items >= 0)[:, :, None], spread[items], 0.0).sum(axis=1))


def shares(mass: NDArray[np.floating]) -> Values:
    """Mass over its total; NaN where there is none.

    Examples
    --------
    >>> shares(np.array([[3.0, 1.0]])).tolist()
    [[0.75, 0.25]]
    """
    total = mass.sum(axis=-1, keepdims=True)
    return np.asarray(mass / np.where(total > 0, total, np.nan))


def kullback_leibler(history: Values, shown: Values) -> Values:
    """Steck's miscalibration, sum p ln(p / q'), q' = 0.99 q + 0.01 p, in [0, ln 100] nats.

    Examples
    --------
    >>> kullback_leibler(np.array([0.5, 0.3, 0.2, 0]), np.array([1.0, 0, 0, 0])).round(6).item()
    1.958518
    """
    return _divergence(history, (1 - SMOOTHING) * shown + SMOOTHING * history)


def jensen_shannon(history: Values, shown: Values) -> Values:
    """Mean divergence of both from their midpoint, log base 2, in [0, 1] (Lin 1991).

    Examples
    --------
    >>> jensen_shannon(np.array([0.5, 0.3, 0.2, 0]), np.array([1.0, 0, 0, 0])).round(6).item()
    0.311278
    """
    middle = (history + shown) / 2
    both = _divergence(history, middle) + _divergence(shown, middle)
    return np.asarray(np.clip(both / 2 / np.log(2), 0.0, 1.0))


def _divergence(p: Values, q: Values) -> Values:
    """Sum of p ln(p / q), where p > 0; NaN where either is missing."""
    if p.shape[-1] == 0:
        return np.full(p.shape[:-1], np.nan)
    ratio = np.divide(p, q, out=np.ones_like(p), where=p > 0)
    # Rounding may leave a divergence of equal shares a hair below 0.
    total = np.maximum((p * np.log(ratio)).sum(axis=-1), 0.0)
    return np.where(np.isnan(p).any(axis=-1) | np.isnan(q).any(axis=-1), np.nan, total)
