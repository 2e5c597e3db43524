"""Stochastic ranking that gives provider groups exposure in proportion to their items."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from engine.policies.base import Policy
from engine.policies.birkhoff import decompose
from engine.policies.meaning import Meaning
from engine.policies.mixture import draw_lists
from engine.policies.slates import Slates, compared_slates
from engine.policies.uncertainty import Uncertainty, alike_entropy, make_uncertainty
from engine.ranking import top_n

__all__ = ["GroupExposure", "parity_table"]


class GroupExposure(Policy):
    """A list drawn from P = (1 - rate) P_greedy + rate P_parity.

    P_parity is doubly stochastic: in every place a group has its share of the catalogue as its
    chance, so its expected exposure is in proportion to its items whatever places are worth, and
    within a group better scores stand higher (`parity_table`). It is split into assignments of
    places (Birkhoff-von Neumann), and one list is drawn from the mixture; equal lists count
    together in the chances.

    Groups are those of `engine.policies.context.PolicyContext.groups`. For a person to whom a
    group has too few items left, shares are those of the items left.

    Notes
    -----
    After Singh and Joachims, KDD 2018, with demographic parity of exposure per item; the table
    has a closed form here in place of their linear programme.
    """

    name = "group-exposure"
    stochastic = True

    def _choose(
        self,
        scores: NDArray[np.floating],
        eligible: NDArray[np.bool_],
        *,
        n: int,
        rate: float,
        rng: np.random.Generator,
    ) -> Slates:
        items = np.full((len(scores), n), -1, dtype=np.int32)
        chances = np.ones(items.shape)
        # One number a row, whatever kinds of rows the batch holds.
        luck = rng.random(len(scores))
        for rows, lists, weights in self._mixtures(scores, eligible, n=n, rate=rate):
            items[rows], chances[rows] = draw_lists(lists, weights, luck=luck[rows])
        return compared_slates(items, scores, eligible, propensities=chances)

    def _measure(
        self,
        scores: NDArray[np.floating],
        eligible: NDArray[np.bool_],
        *,
        n: int,
        rate: float,
        rng: np.random.Generator,
    ) -> Uncertainty:
        entropy, own = np.zeros(len(scores)), np.ones(len(scores))
        for rows, lists, weights in self._mixtures(scores, eligible, n=n, rate=rate):
            entropy[rows] = alike_entropy(lists[:, :, 0], weights)
            own[rows] = (lists == lists[:, :1]).all(axis=2) @ weights
        return make_uncertainty(entropy, own, eligible)

    def _mixtures(
        self,
        scores: NDArray[np.floating],
        eligible: NDArray[np.bool_],
        *,
        n: int,
        rate: float,
    ) -> Iterator[tuple[NDArray[np.intp], NDArray[np.int32], NDArray[np.float64]]]:
        """Yield some rows at a time, their (b, T, n) lists, own ones first, and (T,) weights."""
        groups = self.context.groups
        members = groups == np.arange(groups.max() + 1)[:, None]
        best = np.stack([top_n(scores, eligible & one, n=n) for one in members], axis=1)
        left = eligible.astype(np.int64) @ members.T.astype(np.int64)
        own = top_n(scores, eligible, n=n)
        for counts, rows in _kinds(left, members.sum(axis=1), n=n):
            length = min(n, sum(counts))
            places, weights = _parity_lists(counts, length)
            lists = np.full((len(rows), 1 + len(places), n), -1, dtype=np.int32)
            lists[:, 0] = own[rows]
            lists[:, 1:, :length] = best[rows][:, places // length, places % length]
            yield rows, lists, np.append(1 - rate, rate * weights)

    @classmethod
    def _meaning(cls, rate: float, n: int) -> Meaning:
        return Meaning(
            "{percent}% of lists give every provider group places in proportion to its share of "
            "the catalogue; the others are the model's own.",
            percent=100 * rate,
        )


def parity_table(counts: tuple[int, ...], n: int) -> NDArray[np.float64]:
    """(G n, n) chance that a group's j-th best item, row g n + j, stands in each place.

    With q the group's share of all items, item j takes the stretch from j / q to (j + 1) / q of
    the line of places, and the chance of a place is q times the part of the stretch in it. Columns
    sum to 1, rows to at most 1, and a group has the chance q in every place.

    Examples
    --------
    >>> parity_table((1, 1), 2).tolist()
    [[0.5, 0.5], [0.0, 0.0], [0.5, 0.5], [0.0, 0.0]]
    """
    share = np.array(counts, dtype=np.float64)[:, None, None] / sum(counts)
    begin = np.arange(n)[None, :, None] / np.where(share > 0, share, np.inf)
    end = np.arange(1, n + 1)[None, :, None] / np.where(share > 0, share, np.inf)
    place = np.arange(n)[None, None, :]
    overlap = np.minimum(end, place + 1) - np.maximum(begin, place)
    chances: NDArray[np.float64] = share * np.maximum(overlap, 0)
    return chances.reshape(-1, n)


@lru_cache(maxsize=1024)
def _parity_lists(counts: tuple[int, ...], n: int) -> tuple[NDArray[np.intp], NDArray[np.float64]]:
    """(T, n) row of the parity table in each place of each list, and (T,) their weights."""
    table = parity_table(counts, n)
    used = np.flatnonzero(table.any(axis=1))
    assignments, weights = decompose(table[used])
    return used[assignments], weights


def _kinds(
    left: NDArray[np.int64], catalogue: NDArray[np.int64], *, n: int
) -> Iterator[tuple[tuple[int, ...], NDArray[np.intp]]]:
    """Group sizes that set the shares, with the rows they hold for; rows without items left out.

    They are the catalogue's where every group has enough items left, else those of what is left.
    """
    needed = np.ceil(n * catalogue / catalogue.sum() - 1e-9)
    sizes = np.where((left >= needed).all(axis=1, keepdims=True), catalogue, left)
    kinds, kind = np.unique(sizes, axis=0, return_inverse=True)
    for number, counts in enumerate(kinds.tolist()):
        if sum(counts):
            yield tuple(counts), np.flatnonzero(kind == number)
