"""The smallest removals of a scorer that is linear in its history, in closed form."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

__all__ = ["smallest_linear_removals"]

# Sums of the same real number may round apart by this share of their size.
_ROUNDING = 1e-6


def smallest_linear_removals(
    losses: NDArray[np.float64],
    whole: NDArray[np.float64],
    *,
    target: int,
    listed: NDArray[np.bool_],
) -> Iterator[NDArray[np.bool_]]:
    """Yield (P,) masks of history items to take out, fewest first, so that another item leads.

    For a competitor c let m_j be what item j gives the target more than c, and G the lead of the
    target over c. The largest m_j whose sum exceeds G (reaches it, where c comes first at a tie)
    are the smallest set for c; the smallest over all competitors is the smallest of all. Sets
    that are right only by rounding are yielded too, so the model must be asked again.

    Parameters
    ----------
    losses
        (P, I) what each item's score loses with each history item.
    whole
        (I,) scores for the whole history.
    target
        The row that leads.
    listed
        (I,) true where an item may be listed.
    """
    if not len(losses):
        return
    others = np.flatnonzero(listed & (np.arange(len(whole)) != target))
    margins = losses[:, [target]] - losses[:, others]
    order = np.argsort(-margins, axis=0, kind="stable")
    gained = np.cumsum(np.maximum(np.take_along_axis(margins, order, axis=0), 0), axis=0)
    lead = whole[target] - whole[others]
    slack = _ROUNDING * np.maximum(np.abs(whole[target]), np.abs(whole[others]))
    enough = gained >= lead - slack
    possible = np.flatnonzero(enough.any(axis=0))
    counts = enough.argmax(axis=0)[possible]
    surplus = gained[counts, possible] - lead[possible]
    for place in np.lexsort((-surplus, counts)):
        column = possible[place]
        mask = np.zeros(len(losses), dtype=bool)
        mask[order[: counts[place] + 1, column]] = True
        yield mask
