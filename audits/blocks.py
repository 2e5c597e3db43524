"""Blocks and buckets of users: what a jackknife leaves out, and what many users are drawn by.

Both hang on a digest of the id, so they are the same in every run and every partition.
"""

from __future__ import annotations

import zlib
from collections.abc import Sequence

import numpy as np
import polars as pl
from numpy.typing import NDArray

from audits.kernels.exposure import count_items

__all__ = ["BLOCKS", "BUCKETS", "blocks_of", "buckets_of", "count_blocks"]

BLOCKS = 50
BUCKETS = 4096
_SLICE = 1 << 18


def blocks_of(user_ids: Sequence[str] | pl.Series) -> NDArray[np.int64]:
    """(u,) the block of each user, from 0 to BLOCKS - 1."""
    return np.asarray(_digests(user_ids) % BLOCKS)


def buckets_of(user_ids: Sequence[str] | pl.Series) -> NDArray[np.int64]:
    """(u,) the bucket of each user, from 0 to BUCKETS - 1."""
    return np.asarray(_digests(user_ids) // BLOCKS % BUCKETS)


def _digests(user_ids: Sequence[str] | pl.Series) -> NDArray[np.int64]:
    """Digest a slice at a time, for a million names as objects are large."""
    found = np.empty(len(user_ids), dtype=np.int64)
    for start in range(0, len(user_ids), _SLICE):
        part = user_ids[start : start + _SLICE]
        found[start : start + len(part)] = [zlib.crc32(user.encode()) for user in part]
    return found


def count_blocks(
    blocks: NDArray[np.int64], items: NDArray[np.int64], n_items: int
) -> NDArray[np.int64]:
    """(BLOCKS, I) how often each item is on a list, by block of users."""
    keys = np.where(items >= 0, blocks[:, None] * n_items + items, -1)
    return count_items(keys, BLOCKS * n_items).reshape(BLOCKS, n_items)
