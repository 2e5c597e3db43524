"""How wide a posterior is taken to be, so that the first place is as uncertain as asked for."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import NDArray

from engine.policies.context import PolicyContext

__all__ = ["WIDTHS", "find_widths", "known_entropies"]

_HALVINGS = 6
# From "the model alone" to "the draws alone", in units of the standardised score.
_NARROWEST, _WIDEST = 0.03, 100.0
WIDTHS = np.geomspace(_NARROWEST, _WIDEST, 2**_HALVINGS + 1)
"""The widths that can be found."""

# What was worked out for a context lives as long as the context does.
_KNOWN: WeakKeyDictionary[PolicyContext, dict[str, tuple[bytes, NDArray[np.float64]]]] = (
    WeakKeyDictionary()
)

Entropy = Callable[[NDArray[np.intp], NDArray[np.float64]], NDArray[np.float64]]
"""Given b row numbers and their (b,) widths, the (b,) entropies."""


def known_entropies(
    context: PolicyContext, name: str, *arrays: NDArray[np.generic]
) -> NDArray[np.float64]:
    """(B, 65) entropies of each person's first place at each of `WIDTHS`; NaN where not yet known.

    The rate has no part in them, so that the next rate finds what was worked out for this one.
    The table is new where the arrays, of which the entropies are made, are not those of the last
    call for this context and name.
    """
    digest = hashlib.sha256()
    for array in arrays:
        digest.update(np.ascontiguousarray(array).data)
    tables = _KNOWN.setdefault(context, {})
    if name not in tables or tables[name][0] != digest.digest():
        empty = np.full((len(context.histories), len(WIDTHS)), np.nan)
        tables[name] = (digest.digest(), empty)
    return tables[name][1]


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
