"""Epsilon-greedy, drawn anew for each place of the list."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from engine.policies.base import Policy, Slates, make_slates
from engine.ranking import top_n

__all__ = ["EpsilonGreedy"]


class EpsilonGreedy(Policy):
    """In each place: with chance ``rate`` any item left, else the best one left.

    The chance of item i, given the places above, is
    rate / m + (1 - rate) · 1[i is the best of the m eligible items left].

    Common random numbers: each row draws one number a place (it explores where the number is
    below the rate) and one random order of the catalogue; an exploring place takes the first
    item of that order that is eligible and not yet placed. The draws are the same for every
    rate, so a larger rate only turns further places to exploration. They come from one stream
    for the batch: row b uses row b of the draws, so the rows after it do not matter to it.

    The exploring choice is uniform over the items left. An earlier exploring choice told only
    which item came first among those then left, so the others still stand in uniform order; a
    choice by score never looked at the order, so taking its item out leaves the rest uniform.
    """

    name = "epsilon-greedy"
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
        draws = rng.random((len(scores), n + scores.shape[1]))
        explores = draws[:, :n] < rate
        # No place looks past the first n of either order: n - 1 items at most are taken.
        by_score = top_n(scores, eligible, n=n)
        by_chance = top_n(draws[:, n:], eligible, n=n)
        items = np.empty_like(by_score)
        explored = np.empty(items.shape, dtype=bool)
        for place in range(n):
            best = _first(by_score)
            item = np.where(explores[:, place], _first(by_chance), best)
            items[:, place] = item
            explored[:, place] = item != best
            by_score[by_score == item[:, None]] = -1
            by_chance[by_chance == item[:, None]] = -1
        left = np.maximum(eligible.sum(axis=1)[:, None] - np.arange(n), 1)
        propensities = rate / left + (1 - rate) * ~explored
        return make_slates(items, scores, propensities=propensities, explored=explored)


def _first(order: NDArray[np.int32]) -> NDArray[np.int32]:
    """(B,) first item of each row that is still there, -1 where none is."""
    first: NDArray[np.int32] = order[np.arange(len(order)), np.argmax(order >= 0, axis=1)]
    return first
