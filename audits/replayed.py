"""Draws that were made before from the same state of a generator, made but once.

One audit after another, as along the exploration slider, resamples the same people from the same
seed: what is drawn is then the same, and so is the state it leaves the generator in.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterator

import numpy as np
from numpy.typing import NDArray

__all__ = ["replayed"]

Draws = NDArray[np.uint16]
Key = tuple[Hashable, ...]

_MOST_KEPT = 4
# 16 MB of draws; more is drawn anew each time, a block at a time.
_MOST_CELLS = 8_000_000
_KEPT: OrderedDict[Key, tuple[tuple[Draws, ...], object]] = OrderedDict()


def replayed(
    rng: np.random.Generator,
    draw: Callable[[], Iterator[Draws]],
    *,
    of: Key,
    cells: int,
) -> Iterator[Draws]:
    """Yield the blocks ``draw`` makes with the generator, which ends in the state it would.

    Parameters
    ----------
    draw
        Makes the blocks with ``rng``; they must not be written to.
    of
        All that the draws hang on beside the state of the generator.
    cells
        How many numbers the blocks hold in all.
    """
    if cells > _MOST_CELLS:
        yield from draw()
        return
    key = (repr(rng.bit_generator.state), *of)
    found = _KEPT.get(key)
    if found is None:
        blocks = tuple(draw())
        _KEPT[key] = blocks, rng.bit_generator.state
        while len(_KEPT) > _MOST_KEPT:
            _KEPT.popitem(last=False)
    else:
        blocks, rng.bit_generator.state = found  # type: ignore[assignment]
    yield from blocks
