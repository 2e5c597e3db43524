"""Blocks of users: the unit that the jackknife of whole-system measures leaves out."""

from __future__ import annotations

import zlib
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from audits.kernels.exposure import count_items

__all__ = ["BLOCKS", "blocks_of", "count_blocks"]

BLOCKS = 50


def blocks_of(user_ids: Sequence[str]) -> NDArray[np.int64]:
    """(u,) the block of each user, from 0 to BLOCKS - 1.

    It hangs on a digest of the id, so it is the same in every run and every partition.
    """
    return np.array([zlib.crc32(user.encode()) % BLOCKS for user in user_ids], dtype=np.int64)


def count_blocks(
    blocks: NDArray[np.int64], items: NDArray[np.int64], n_items: int
) -> NDArray[np.int64]:
    """(BLOCKS, I) how often each item is on a list, by block of users."""
    keys = np.where(items >= 0, blocks[:, None] * n_items + items, -1)
    return count_items(keys, BLOCKS * n_items).reshape(BLOCKS, n_items)
