"""How wide a posterior is taken to be, so that the first place is as uncertain as asked for."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

__all__ = ["WIDTHS", "find_widths"]

_HALVINGS = 6
# From "the model alone" to "the draws alone", in units of the standardised score.
_NARROWEST, _WIDEST = 0.03, 100.0
WIDTHS = np.geomspace(_NARROWEST, _WIDEST, 2**_HALVINGS + 1)
"""The widths that can be found."""

Entropy = Callable[[NDArray[np.intp], NDArray[np.float64]], NDArray[np.float64]]
"""Given b row numbers and their (b,) widths, the (b,) entropies."""


def find_widths(known: NDArray[np.float64], entropy: Entropy, *, rate: float) -> NDArray[np.intp]:
    """(b,) place in `WIDTHS` at which each entropy is nearest to rate × the largest.

    Found by halving. What was worked out on the way is written to ``known`` (b, 65).
    """
    rows = np.arange(len(known))
    low, high = np.zeros(len(rows), dtype=np.intp), np.full(len(rows), len(WIDTHS) - 1)
    if rate == 1:
        return high
    above = _look_up(known, high, entropy)
    target, below = rate * above, np.zeros(len(rows))
    for _ in range(_HALVINGS):
        middle = (low + high) // 2
        found = _look_up(known, middle, entropy)
        over = found > target
        low, high = np.where(over, low, middle), np.where(over, middle, high)
        below, above = np.where(over, below, found), np.where(over, found, above)
    # A number of rankings has steps of entropy: the nearer step.
    return np.where(above - target < target - below, high, low)


def _look_up(
    known: NDArray[np.float64], place: NDArray[np.intp], entropy: Entropy
) -> NDArray[np.float64]:
    rows = np.arange(len(known))
    new = np.flatnonzero(np.isnan(known[rows, place]))
    if len(new):
        known[new, place[new]] = entropy(new, WIDTHS[place[new]])
    return known[rows, place]
