"""Drawing one of a few rankings, with the exact chance of every place of its beginning."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from engine.ranking import top_masked

__all__ = ["begin_alike", "draw_rankings"]


def draw_rankings(
    totals: NDArray[np.floating], drawn: NDArray[np.intp], *, n: int
) -> tuple[NDArray[np.int32], NDArray[np.float64]]:
    """Begin the ranking drawn of the M of each row, and give the chance of each place of it.

    The chance of an item, given the places above, is the share of rankings with the item there
    among those that begin alike, all M as likely. The other rankings are not sorted for that:
    one begins alike for as long as the item drawn is above all that are not placed yet.

    Parameters
    ----------
    totals
        (B, M, I) values to rank by, -inf where not eligible in all M; overwritten.
    drawn
        (B,) which of the M is drawn.
    n
        Length of the beginning.

    Returns
    -------
    (B, n) items, -1 pads; and (B, n) chances.

    Examples
    --------
    >>> totals = np.array([[[3.0, 2.0, 1.0], [3.0, 1.0, 2.0], [1.0, 2.0, 3.0]]])
    >>> items, chances = draw_rankings(totals, np.array([0]), n=2)
    >>> items.tolist(), chances.round(3).tolist()
    ([[0, 1]], [[0.667, 0.5]])
    """
    items = top_masked(totals[np.arange(len(totals)), drawn], n=n)
    count = begin_alike(totals, items).sum(axis=1)
    before = np.hstack([np.full((len(count), 1), totals.shape[1]), count[:, :-1]])
    return items, count / before


def begin_alike(totals: NDArray[np.floating], items: NDArray[np.int32]) -> NDArray[np.bool_]:
    """(B, M, n) true where a ranking has a row's (B, n) items in this place and all above it.

    ``totals`` are as in `draw_rankings`, and overwritten.
    """
    # A short list holds all that is eligible: what a pad points at is listed, or -inf anyway.
    where = items[:, None].astype(np.intp)
    own = np.where(where >= 0, np.take_along_axis(totals, where, axis=2), -np.inf)
    np.put_along_axis(totals, where, -np.inf, axis=2)
    below = _largest_below(own, totals.max(axis=2))
    alike: NDArray[np.bool_] = np.logical_and.accumulate((own > below) | (where < 0), axis=2)
    tied = ((own == below) & (where >= 0)).any(axis=2)
    if tied.any():
        row, ranking = np.nonzero(tied)
        whole, (pair, place) = totals[row, ranking], np.nonzero(items[row] >= 0)
        whole[pair, items[row[pair], place]] = own[row[pair], ranking[pair], place]
        lists = top_masked(whole, n=items.shape[1])
        alike[row, ranking] = np.logical_and.accumulate(lists == items[row], axis=1)
    return alike


def _largest_below(own: NDArray[np.floating], rest: NDArray[np.floating]) -> NDArray[np.floating]:
    """(B, M, n) largest of the values after each place, and of the (B, M) rest."""
    after = np.concatenate([own[:, :, 1:], rest[:, :, None]], axis=2)
    return np.maximum.accumulate(after[:, :, ::-1], axis=2)[:, :, ::-1]
