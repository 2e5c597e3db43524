"""Rows a few at a time, so that their arrays stay in the processor's cache."""

from __future__ import annotations

from collections.abc import Iterator

__all__ = ["block_height", "row_blocks"]

# Two megabytes of 64-bit numbers: smaller blocks cost more calls than they save.
_ENTRIES = 262_144


def block_height(n_columns: int) -> int:
    """How many rows of so many columns make a block; at least 1."""
    return max(1, _ENTRIES // max(n_columns, 1))


def row_blocks(shape: tuple[int, int]) -> Iterator[slice]:
    """Slices of the rows of a (B, I) array, in order.

    Examples
    --------
    >>> [block.stop for block in row_blocks((5, 100_000))]
    [2, 4, 5]
    """
    height = block_height(shape[1])
    for start in range(0, shape[0], height):
        yield slice(start, min(start + height, shape[0]))
