"""Scoring rates of groups as in 6 RCNY 5-300: the share scored above the median of all."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

__all__ = ["above_median", "ties_at_median"]

Values = NDArray[np.float64]


def above_median(scores: Values, median: float | None = None) -> NDArray[np.bool_]:
    """Tell which scores lie above the median of all of them; NaN = no score.

    Strictly above: a score equal to the median does not count. Where the scores are only a part
    of all, the median of all is given.

    Examples
    --------
    >>> above_median(np.array([[2.0, 3.0], [1.0, 2.0]])).tolist()
    [[False, True], [False, False]]
    """
    if np.isnan(scores).all():
        return np.zeros(scores.shape, dtype=bool)
    return np.asarray(scores > (np.nanmedian(scores) if median is None else median))


def ties_at_median(scores: Values) -> int:
    """Count the scores equal to the median; many of them make a rate hang on their side.

    Examples
    --------
    >>> ties_at_median(np.array([[2.0, 3.0], [1.0, 2.0]]))
    2
    """
    return 0 if np.isnan(scores).all() else int((scores == np.nanmedian(scores)).sum())
