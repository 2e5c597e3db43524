"""Interests: clusters of items that read alike."""

from __future__ import annotations

from dataclasses import dataclass
from warnings import catch_warnings, simplefilter

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

__all__ = ["Interests", "find_interests"]

# Many catalogues have some dozen; a handful of items is no interest.
_MOST, _ITEMS_EACH = 24, 10


@dataclass(frozen=True, eq=False)
class Interests:
    """C clusters of I items by what their texts say.

    Attributes
    ----------
    codes
        (I,) which one each item is of; -1 for an item whose text says nothing of its own.
    centres
        (C, d) of length 1.
    """

    codes: NDArray[np.int64]
    centres: NDArray[np.float64]


def find_interests(vectors: NDArray[np.float64], *, count: int | None = None) -> Interests:
    """Cut items into interests, by k-means from a fixed start over vectors of length 1.

    ``count`` of them, by default one for every ten items and at most 24; fewer where fewer texts
    differ. The same vectors give the same interests.
    """
    # Read when it is needed: scikit-learn takes a second, and a server's start should not.
    from sklearn.cluster import KMeans
    from sklearn.exceptions import ConvergenceWarning

    speaks = np.flatnonzero(np.abs(vectors).sum(axis=1) > 0)
    count = min(_MOST, max(len(speaks) // _ITEMS_EACH, 1)) if count is None else count
    codes = np.full(len(vectors), -1, dtype=np.int64)
    count = min(count, len(np.unique(vectors[speaks], axis=0)))
    if count == 0:
        return Interests(codes, np.zeros((0, vectors.shape[1])))
    with threadpool_limits(1), catch_warnings():
        simplefilter("ignore", ConvergenceWarning)
        found = KMeans(count, n_init=1, random_state=0).fit(vectors[speaks])
    codes[speaks] = found.labels_
    lengths = np.linalg.norm(found.cluster_centers_, axis=1, keepdims=True)
    return Interests(codes, np.asarray(found.cluster_centers_ / np.maximum(lengths, 1e-12)))
