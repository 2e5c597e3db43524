"""Chance drawn anew for each place: the common part of all epsilon-greedy policies."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from engine.policies.slates import Slates, make_slates
from engine.policies.uncertainty import Uncertainty, make_uncertainty
from engine.ranking import top_n

__all__ = ["choose_per_slot", "measure_per_slot"]


def choose_per_slot(
    scores: NDArray[np.floating],
    eligible: NDArray[np.bool_],
    open_to_chance: NDArray[np.bool_],
    *,
    n: int,
    rate: float,
    rng: np.random.Generator,
) -> Slates:
    """In each place: with chance ``rate`` any open item left, else the best item left.

    ``open_to_chance`` (B, I) holds the items an exploring place may take, all of them eligible.
    The chance of item i, given the places above, is
    rate · 1[i is open] / m + (1 - rate) · 1[i is the best eligible item left], m the open items
    left; where none is left the place shows the best item left, with chance 1.

    Common random numbers: each row draws one number a place (it explores where the number is
    below the rate) and one random order of the catalogue; an exploring place takes the first
    item of that order that is open and not yet placed. The draws are the same for every rate,
    so a larger rate only turns further places to exploration. They come from one stream for the
    batch: row b uses row b of the draws, so the rows after it do not matter to it.

    The exploring choice is uniform over the open items left. An earlier exploring choice told
    only which item came first among those then left, so the others still stand in uniform order;
    a choice by score never looked at the order, so taking its item out leaves the rest uniform.
    """
    draws = rng.random((len(scores), n + scores.shape[1]))
    explores = draws[:, :n] < rate
    # No place looks past the first n of either order: n - 1 items at most are taken.
    by_score = top_n(scores, eligible, n=n)
    by_chance = top_n(draws[:, n:], open_to_chance, n=n)
    left = open_to_chance.sum(axis=1)
    rows = np.arange(len(scores))
    items = np.empty_like(by_score)
    explored = np.empty(items.shape, dtype=bool)
    propensities = np.empty(items.shape)
    for place in range(n):
        best, drawn = _first(by_score), _first(by_chance)
        chance = np.where(left > 0, rate, 0.0)
        item = np.where(explores[:, place] & (left > 0), drawn, best)
        is_open = open_to_chance[rows, item] & (item >= 0)
        items[:, place] = item
        explored[:, place] = item != best
        propensities[:, place] = chance * is_open / np.maximum(left, 1) + (1 - chance) * (
            item == best
        )
        left = left - is_open
        by_score[by_score == item[:, None]] = -1
        by_chance[by_chance == item[:, None]] = -1
    return make_slates(items, scores, propensities=propensities, explored=explored)


def measure_per_slot(
    scores: NDArray[np.floating],
    eligible: NDArray[np.bool_],
    open_to_chance: NDArray[np.bool_],
    *,
    n: int,
    rate: float,
) -> Uncertainty:
    """Measure what `choose_per_slot` leaves to chance, from its chances."""
    own = top_n(scores, eligible, n=n)
    shown, rows = own >= 0, np.arange(len(own))[:, None]
    is_open = open_to_chance[rows, own] & shown
    left = open_to_chance.sum(axis=1, keepdims=True) - np.cumsum(is_open, axis=1) + is_open
    chance = np.where(left > 0, rate, 0.0)
    best = 1 - chance + chance * is_open / np.maximum(left, 1)
    others = left[:, 0] - is_open[:, 0]
    each = chance[:, 0] / np.maximum(left[:, 0], 1)
    entropy = _surprise(best[:, 0]) + others * _surprise(each)
    return make_uncertainty(entropy, np.where(shown, best, 1).prod(axis=1), eligible)


def _surprise(chance: NDArray[np.float64]) -> NDArray[np.float64]:
    """-p ln p, 0 where p is 0."""
    return np.asarray(-chance * np.log(np.where(chance > 0, chance, 1)))


def _first(order: NDArray[np.int32]) -> NDArray[np.int32]:
    """(B,) first item of each row that is still there, -1 where none is."""
    first: NDArray[np.int32] = order[np.arange(len(order)), np.argmax(order >= 0, axis=1)]
    return first
