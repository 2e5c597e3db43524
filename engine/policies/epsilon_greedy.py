"""Epsilon-greedy, drawn anew for each place of the list."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from engine.policies.base import Policy
from engine.policies.meaning import Meaning
from engine.policies.per_slot import choose_per_slot, measure_per_slot
from engine.policies.slates import Slates
from engine.policies.uncertainty import Uncertainty

__all__ = ["EpsilonGreedy"]


class EpsilonGreedy(Policy):
    """In each place: with chance ``rate`` any item left, else the best one left.

    The chance of item i, given the places above, is
    rate / m + (1 - rate) · 1[i is the best of the m eligible items left]. How the draws of
    different rates belong together, `engine.policies.per_slot` says.
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
        return choose_per_slot(scores, eligible, eligible, n=n, rate=rate, rng=rng)

    def _measure(
        self,
        scores: NDArray[np.floating],
        eligible: NDArray[np.bool_],
        *,
        n: int,
        rate: float,
        rng: np.random.Generator,
    ) -> Uncertainty:
        return measure_per_slot(scores, eligible, eligible, n=n, rate=rate)

    @classmethod
    def _meaning(cls, rate: float, n: int) -> Meaning:
        if rate == 1:
            return Meaning("Every place is filled by chance: the model has no say.")
        return Meaning(
            "On average {places} of {n} places are chosen by chance.", places=rate * n, n=n
        )
