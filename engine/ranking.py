"""The one order in which scored items are listed."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from engine.barred import barred
from engine.blocks import row_blocks

__all__ = ["top_masked", "top_n"]

# More piles bound more tightly but cost more to sort.
_PILES = 8
# Rows with more candidates than this many times n are searched whole.
_FEW = 4


def top_n(
    scores: NDArray[np.floating], eligible: NDArray[np.bool_], *, n: int
) -> NDArray[np.int32]:
    """Rows of the n best eligible items, best first; ties go to the lower item row.

    Parameters
    ----------
    scores
        (B, I) finite scores.
    eligible
        (B, I) true where the item may be listed.
    n
        List length, at least 1.

    Returns
    -------
    (B, n) item rows; -1 pads lists with fewer than n eligible items.

    Examples
    --------
    >>> top_n(np.array([[1.0, 3.0, 3.0]]), np.array([[True, True, True]]), n=2).tolist()
    [[1, 2]]
    """
    chosen = np.empty((len(scores), n), dtype=np.int32)
    for rows in row_blocks(scores.shape):
        if _alike(scores[rows]):
            chosen[rows] = _top_shared(scores[rows][0], eligible[rows], n=n)
            continue
        masked = barred(eligible[rows], scores.dtype)
        masked += scores[rows]
        chosen[rows] = top_masked(masked, n=n)
    return chosen


def top_masked(masked: NDArray[np.floating], *, n: int) -> NDArray[np.int32]:
    """(B, n) as `top_n`, of scores that are -inf where not eligible."""
    width = min(n, masked.shape[1])
    chosen = np.full((len(masked), n), -1, dtype=np.int32)
    within = masked >= _lower_bounds(masked, width)
    if np.count_nonzero(within) <= _FEW * width * len(masked):
        found = _sorted(masked, within)[:, :width]
        chosen[:, : found.shape[1]] = found
        return chosen
    # Rows in which many tie, or fewer than n are eligible, are searched whole.
    few = np.count_nonzero(within, axis=1) <= _FEW * width
    for rows, whole in ((np.flatnonzero(few), False), (np.flatnonzero(~few), True)):
        if len(rows):
            values = masked[rows]
            found = _sorted(values, _members(values, width) if whole else within[rows])[:, :width]
            chosen[rows, : found.shape[1]] = found
    return chosen


def _alike(scores: NDArray[np.floating]) -> bool:
    """Whether all rows are the same, as with a model that is not personal; one row is not."""
    if len(scores) < 2:
        return False
    # Hardly any two rows of a personal model are the same: the last one settles it. A row that was
    # broadcast is one place in memory.
    return scores.strides[0] == 0 or (
        bool((scores[-1] == scores[0]).all()) and bool((scores == scores[0]).all())
    )


def _top_shared(
    scores: NDArray[np.floating], eligible: NDArray[np.bool_], *, n: int
) -> NDArray[np.int32]:
    """(B, n) as `top_n`, of (I,) scores that all rows share: sorted once, for everyone."""
    order = np.argsort(-scores, kind="stable")
    open_to, place = _first_open(order, eligible, n=n)
    listed = np.flatnonzero(open_to & (place <= n)) % open_to.shape[1]
    chosen = np.full((len(eligible), n), -1, dtype=np.int32)
    chosen[np.arange(n) < place[:, -1:]] = order[listed]
    return chosen


def _first_open(
    order: NDArray[np.intp], eligible: NDArray[np.bool_], *, n: int
) -> tuple[NDArray[np.bool_], NDArray[np.int32]]:
    """As much of the order as it takes for n eligible items in each row, and their count so far."""
    depth = 4 * n
    while True:
        open_to = eligible[:, order[:depth]]
        place = np.cumsum(open_to, axis=1, dtype=np.int32)
        if depth >= len(order) or place[:, -1].min() >= n:
            return open_to, place
        depth *= 2


def _lower_bounds(masked: NDArray[np.floating], width: int) -> NDArray[np.floating]:
    """(B, 1) a number that at least `width` entries of each row reach, and few beyond them.

    The columns are dealt out in turn to some piles; that many piles have a largest entry of at
    least the width-th largest of these.
    """
    piles = _PILES * width
    if masked.shape[1] < 2 * piles:
        return np.full((len(masked), 1), -np.inf, dtype=masked.dtype)
    largest = masked[:, :piles].copy()
    for begin in range(piles, masked.shape[1] - piles + 1, piles):
        np.maximum(largest, masked[:, begin : begin + piles], out=largest)
    place = piles - width
    return np.asarray(np.partition(largest, place, axis=1)[:, [place]])


def _members(values: NDArray[np.floating], width: int) -> NDArray[np.bool_]:
    """(b, I) true for the width best items of each row; of those tied at the border the lowest."""
    place = values.shape[1] - width
    border = np.partition(values, place, axis=1)[:, [place]]
    members: NDArray[np.bool_] = values >= border
    crowded = np.count_nonzero(members, axis=1) > width
    if crowded.any():
        above = values[crowded] > border[crowded]
        tied = values[crowded] == border[crowded]
        room = width - above.sum(axis=1, keepdims=True)
        members[crowded] = above | (tied & (np.cumsum(tied, axis=1) <= room))
    return members


def _sorted(values: NDArray[np.floating], members: NDArray[np.bool_]) -> NDArray[np.intp]:
    """(b, C) columns of the members by value, ties in their order; -1 where not eligible or padded.

    Members of all rows are gathered in one go and packed to the left, which leaves little to sort.
    """
    height, width = values.shape
    places = np.flatnonzero(members)
    owner, columns = np.divmod(places, width)
    counts = np.bincount(owner, minlength=height)
    most = int(counts.max(initial=0))
    slots = np.arange(len(places)) + np.repeat(np.arange(height) * most - _before(counts), counts)
    keys = np.full(height * most, np.inf, dtype=values.dtype)
    packed = np.full(height * most, -1, dtype=np.intp)
    keys[slots], packed[slots] = -values.ravel()[places], columns
    order = keys.reshape(height, most).argsort(axis=1, kind="stable")
    order += np.arange(height)[:, None] * most
    found = packed[order]
    found[keys[order] == np.inf] = -1
    return found


def _before(counts: NDArray[np.intp]) -> NDArray[np.intp]:
    """How many there are in the rows before each."""
    return np.cumsum(counts) - counts
