"""Which cells may be shown: small groups are withheld, and so is what would give them back.

A group below the minimum size is withheld: no value, no exact n. Every shown mean with its n is a
known sum over people, so sums and differences of shown cells are known as well. Cells are
therefore withheld until nothing that can be made of the shown ones, over all attributes and
crossings of a report together, is a small group. The choice rests on sizes alone, never on values.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from audits.groups import Groups

__all__ = ["shown_atoms", "shown_cells", "visible_cells"]

Mask = NDArray[np.bool_]
TOLERANCE = 1e-8


def visible_cells(
    values: NDArray[np.float64], partitions: Sequence[Groups], *, minimum: int
) -> tuple[Mask, ...]:
    """(G, M) for each partition: true where the group may be shown for the measure.

    ``values`` is (U, M) with NaN where a user has no value, so each measure counts its own n.
    """
    present = ~np.isnan(values)
    masks: dict[bytes, tuple[Mask, ...]] = {}
    for pattern in present.T:
        if pattern.tobytes() not in masks:
            cells = [(groups.codes[pattern], len(groups.names)) for groups in partitions]
            masks[pattern.tobytes()] = shown_cells(cells, minimum=minimum)
    by_measure = [masks[pattern.tobytes()] for pattern in present.T]
    return tuple(np.stack([mask[i] for mask in by_measure], axis=1) for i in range(len(partitions)))


def shown_cells(
    partitions: Sequence[tuple[NDArray[np.int64], int]], *, minimum: int
) -> tuple[Mask, ...]:
    """(G,) for each partition: true for the cells that may be shown beside the total.

    Empty groups are no secret and count as not shown, but never make another group hide.

    Parameters
    ----------
    partitions
        The (U,) group code of each user, and the number of groups.
    minimum
        Fewer people than this are a small group.

    Examples
    --------
    >>> codes = np.repeat([0, 1, 2], [50, 4, 12])
    >>> shown_cells([(codes, 3)], minimum=10)[0].tolist()
    [True, False, False]
    """
    if not partitions:
        return ()
    codes = np.stack([code for code, _ in partitions], axis=1)
    atoms, sizes = np.unique(codes, axis=0, return_counts=True)
    return shown_atoms(atoms, sizes, [n for _, n in partitions], minimum=minimum)


def shown_atoms(
    atoms: NDArray[np.int64], sizes: NDArray[np.int64], groups: Sequence[int], *, minimum: int
) -> tuple[Mask, ...]:
    """Do the same from counts.

    Parameters
    ----------
    atoms
        (A, K) the group in each of K partitions of people whom no attribute tells apart.
    sizes
        (A,) how many they are, at least 1.
    groups
        How many groups each partition has.
    """
    if not groups:
        return ()
    whole = np.ascontiguousarray(atoms, dtype=np.int64)
    counts = np.ascontiguousarray(sizes, dtype=np.int64)
    shown = _shown(whole.tobytes(), counts.tobytes(), tuple(groups), minimum)
    return tuple(np.split(shown.copy(), np.cumsum(groups)[:-1]))


@lru_cache(maxsize=256)
def _shown(atoms: bytes, sizes: bytes, groups: tuple[int, ...], minimum: int) -> Mask:
    """Return the cells of all partitions; kept, for other lists to the same people ask the same."""
    codes = np.frombuffer(atoms, dtype=np.int64).reshape(-1, len(groups))
    table = _Cells(codes, np.frombuffer(sizes, dtype=np.int64), groups, minimum)
    table.protect()
    return table.shown


class _Cells:
    """All cells of all partitions over the atoms, the people no attribute tells apart."""

    def __init__(
        self,
        atoms: NDArray[np.int64],
        sizes: NDArray[np.int64],
        groups: Sequence[int],
        minimum: int,
    ) -> None:
        self.weights = sizes.astype(np.float64)
        self.members = np.concatenate(
            [atoms[:, p] == np.arange(n)[:, None] for p, n in enumerate(groups)]
        )
        self.owner = np.repeat(np.arange(len(groups)), groups)
        self.n = self.members @ self.weights
        self.minimum = minimum
        self.shown: Mask = self.n >= minimum
        self.small = self._small_sets()

    def _small_sets(self) -> Mask:
        """(S, A) the small sets that must not come out: atoms, cells, what two cells share."""
        overlap = (self.members * self.weights) @ self.members.T
        first, second = np.nonzero(np.triu((overlap > 0) & (overlap < self.minimum)))
        shared = self.members[first] & self.members[second]
        atoms = np.eye(len(self.weights), dtype=bool)[self.weights < self.minimum]
        return np.unique(np.vstack([shared, atoms]), axis=0)

    def protect(self) -> None:
        """Withhold cells until no small group is left that the shown ones give away."""
        while True:
            victims = self._remainders() or self._combinations()
            if not victims:
                return
            self.shown[list(victims)] = False

    def _remainders(self) -> set[int]:
        """Find shown wholes of which the shown parts leave only a small group.

        The whole is the total or a shown cell, the parts are the shown cells of one partition
        that lie inside it. The smallest part of each goes.
        """
        wholes = np.vstack([np.ones(len(self.weights), dtype=bool), self.members[self.shown]])
        victims = set()
        for whole in wholes:
            inside = self.shown & ~(self.members & ~whole).any(axis=1)
            size = whole @ self.weights
            for partition in range(int(self.owner.max()) + 1):
                parts = np.flatnonzero(inside & (self.owner == partition))
                left = size - self.n[parts].sum()
                if len(parts) and 0 < left < self.minimum:
                    victims.add(int(parts[np.argmin(self.n[parts])]))
        return victims

    def _combinations(self) -> set[int]:
        """Find small sets that are sums and differences of shown cells; of each one cell goes.

        Such a set's indicator lies in the span of the shown indicators. The sets are cells, what
        two cells have in common, and people that no attribute tells apart.
        """
        rows = np.flatnonzero(self.shown)
        if not self.small.size or len(set(self.owner[rows])) < 2:
            return set()
        basis = np.vstack([np.ones(len(self.weights)), self.members[rows]]).T.astype(np.float64)
        targets = self.small.T.astype(np.float64)
        weights, *_ = np.linalg.lstsq(basis, targets, rcond=None)
        missed = np.abs(basis @ weights - targets).max(axis=0)
        victims = set()
        for found in np.flatnonzero(missed < TOLERANCE):
            used = rows[np.abs(weights[1:, found]) > TOLERANCE]
            victims.add(int(used[np.argmin(self.n[used])]))
        return victims
