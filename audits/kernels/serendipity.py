"""Relevant and unlike the history; metric reference, section 1.3."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

__all__ = ["serendipity", "unit_vectors"]

Values = NDArray[np.float64]


def unit_vectors(categories: NDArray[np.floating]) -> Values:
    """(I, C) category vectors of length 1; zeros for an item without categories."""
    norms = np.linalg.norm(categories, axis=1, keepdims=True)
    lengths = np.where(norms > 0, norms, 1.0)
    return np.asarray(categories / lengths)


def serendipity(
    items: NDArray[np.integer],
    hits: NDArray[np.bool_],
    history: NDArray[np.floating],
    unit: NDArray[np.floating],
) -> Values:
    """(U,) mean over the list of relevant × (1 - mean cosine to the history), in [0, 1].

    A mean of cosines to the history is the cosine to the mean of its unit vectors, so no pair is
    formed. Items without categories are left out of list and history.

    Parameters
    ----------
    items, hits
        (U, k) item rows, -1 where there is none, and which are relevant.
    history
        (U, C) mean of the unit vectors of the user's history; NaN for an empty one.
    unit
        (I, C) from `unit_vectors`.

    Examples
    --------
    >>> unit = unit_vectors(np.array([[0, 1, 1, 0, 0], [0, 1, 0, 1, 0], [0, 0, 1, 1, 0],
    ...     [0, 0, 1, 0, 1], [0, 0, 0, 1, 1]], dtype=float))
    >>> mean = unit[[0, 1, 3]].mean(axis=0)
    >>> serendipity(np.array([[2, 4]]), np.array([[True, False]]), mean[None], unit).round(6).item()
    0.25
    """
    usable = (items >= 0) & np.any(unit[items] != 0, axis=2)
    likeness = np.einsum("ukc,uc->uk", unit[items], history)
    surprise = np.where(usable, hits * np.clip(1 - likeness, 0.0, 1.0), 0.0).sum(axis=1)
    return np.asarray(surprise / np.where(usable.any(axis=1), usable.sum(axis=1), np.nan))
