"""A Poisson bootstrap of more users than can be drawn one by one.

Every user falls into one of 4,096 buckets by a digest of the id. A partition of the users gives
sums by bucket and group; sums add up, so any partition in any order gives the same. A resample
draws how often each bucket counts, independently, from a Poisson distribution of mean 1
(Chamandy et al. 2012), and the same draw serves all measures and groups. Where a bucket holds at
most one user of a group that is the Poisson bootstrap of its users; where it holds many it is that
of random batches of them, whose standard error is off by about 1/sqrt(2 × 4096) of itself.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from audits.blocks import BUCKETS
from audits.groups import Groups

__all__ = ["BucketSums", "draw_buckets"]

Values = NDArray[np.float64]
Parts = NDArray[np.int64]


class BucketSums:
    """Sums of columns by bucket, for everyone and for each group of each partition.

    Parameters
    ----------
    partitions
        Groups of all users.
    buckets
        (U,) the bucket of each user.
    columns
        Q, how many columns are added up.
    """

    def __init__(
        self, partitions: Sequence[Groups], buckets: NDArray[np.int64], *, columns: int
    ) -> None:
        self._codes = [groups.codes for groups in partitions]
        self._buckets = buckets
        ends = np.cumsum([1, *(len(groups.names) for groups in partitions)])
        self._starts, self.parts = ends[:-1], int(ends[-1])
        self._sums = np.zeros((BUCKETS * self.parts, columns))

    @property
    def sums(self) -> Values:
        """(BUCKETS, P, Q): everyone first, then the groups of each partition in order."""
        return self._sums.reshape(BUCKETS, self.parts, -1)

    def add(self, rows: slice, columns: Values) -> None:
        """Take in the (u, Q) columns of some users."""
        buckets = self._buckets[rows]
        places = [np.zeros(len(buckets), dtype=np.int64)]
        places += [
            start + codes[rows] for start, codes in zip(self._starts, self._codes, strict=True)
        ]
        keys = (buckets[:, None] * self.parts + np.stack(places, axis=1)).ravel()
        ends = np.arange(len(buckets) + 1) * len(places)
        shape = (BUCKETS * self.parts, len(buckets))
        self._sums += sparse.csc_array((np.ones(len(keys)), keys, ends), shape=shape) @ columns


def draw_buckets(resamples: int, rng: np.random.Generator) -> Values:
    """(B, BUCKETS) how often each bucket counts in each resample."""
    return rng.poisson(1.0, size=(resamples, BUCKETS)).astype(np.float64)
