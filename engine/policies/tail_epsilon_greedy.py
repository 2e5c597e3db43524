"""Epsilon-greedy that explores among unpopular items alone."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from engine.policies.base import Policy
from engine.policies.meaning import Meaning
from engine.policies.per_slot import choose_per_slot, measure_per_slot
from engine.policies.slates import Slates
from engine.policies.uncertainty import Uncertainty

__all__ = ["TailEpsilonGreedy"]


class TailEpsilonGreedy(Policy):
    """In each place: with chance ``rate`` any tail item left, else the best item left.

    The tail is everything outside the smallest set of most popular items with 80% of all
    interactions. The chance of item i, given the places above, is
    rate · 1[i in the tail] / m + (1 - rate) · 1[i is the best eligible item left], m the eligible
    tail items left; without any the place is the model's own.
    """

    name = "tail-epsilon-greedy"
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
        tail = eligible & self.context.tail
        return choose_per_slot(scores, eligible, tail, n=n, rate=rate, rng=rng)

    def _measure(
        self,
        scores: NDArray[np.floating],
        eligible: NDArray[np.bool_],
        *,
        n: int,
        rate: float,
        rng: np.random.Generator,
    ) -> Uncertainty:
        tail = eligible & self.context.tail
        return measure_per_slot(scores, eligible, tail, n=n, rate=rate)

    @classmethod
    def _meaning(cls, rate: float, n: int) -> Meaning:
        return Meaning(
            "On average {places} of {n} places are drawn by chance from the less popular items.",
            places=rate * n,
            n=n,
        )
