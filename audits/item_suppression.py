"""Which groups of items may be shown where a number tells what few people chose.

Items are no people, and what a system shows is no secret of anybody's. But of what was shown, how
much was chosen is what those people did: a group of items that fewer than the minimum stand behind
is withheld. The total over all items is public, and so are sums and differences of what is shown;
so groups are withheld until no withheld small group can be made of those. People of different
groups of items overlap and do not add up, so of several withheld groups together it is only known
that at least as many stand behind them as behind the largest. The choice rests on numbers of
people alone, never on values.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

__all__ = ["shown_item_groups"]

Mask = NDArray[np.bool_]
TOLERANCE = 1e-8


def shown_item_groups(
    members: Sequence[NDArray[np.float64]],
    people: Sequence[NDArray[np.float64]],
    *,
    minimum: int,
) -> tuple[Mask, ...]:
    """(G,) for each grouping: true for the groups that may be shown beside the total.

    A group nobody stands behind is no secret; it counts as shown.

    Parameters
    ----------
    members
        The (I, G) share of each item in each group, of all groupings the same reader may see.
    people
        (G,) how many people stand behind each group.
    minimum
        Fewer people than this are a small group.

    Examples
    --------
    >>> items = np.eye(4)
    >>> shown_item_groups([items], [np.array([50.0, 4.0, 12.0, 30.0])], minimum=10)[0].tolist()
    [True, False, False, True]
    """
    sizes = np.concatenate(people)
    owner = np.repeat(np.arange(len(people)), [len(part) for part in people])
    atoms = np.unique(np.hstack(members), axis=0)
    small = (sizes > 0) & (sizes < minimum)
    shown = ~small
    while True:
        victims = _left_over(shown, sizes, owner, minimum) or _solved(atoms, shown, small, sizes)
        if not victims:
            return tuple(shown[owner == place] for place in range(len(people)))
        shown[list(victims)] = False


def _left_over(
    shown: Mask, sizes: NDArray[np.float64], owner: NDArray[np.int64], minimum: int
) -> set[int]:
    """Find groupings whose withheld groups are few people together; the smallest other one goes."""
    victims = set()
    for place in range(int(owner.max()) + 1):
        own = owner == place
        hidden = sizes[own & ~shown]
        others = np.flatnonzero(own & shown & (sizes > 0))
        if len(hidden) and hidden.max() < minimum and len(others):
            victims.add(int(others[np.argmin(sizes[others])]))
    return victims


def _solved(
    atoms: NDArray[np.float64], shown: Mask, small: Mask, sizes: NDArray[np.float64]
) -> set[int]:
    """Find small groups that are sums and differences of shown ones; of each one of these goes."""
    rows = np.flatnonzero(shown)
    targets = atoms[:, small]
    if not small.any() or not len(rows):
        return set()
    basis = np.column_stack([np.ones(len(atoms)), atoms[:, rows]])
    weights, *_ = np.linalg.lstsq(basis, targets, rcond=None)
    missed = np.abs(basis @ weights - targets).max(axis=0)
    victims = set()
    for found in np.flatnonzero(missed < TOLERANCE):
        used = rows[(np.abs(weights[1:, found]) > TOLERANCE) & (sizes[rows] > 0)]
        if len(used):
            victims.add(int(used[np.argmin(sizes[used])]))
    return victims
