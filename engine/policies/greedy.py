"""Greedy: the model's own list."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from engine.policies.base import Policy, Slates, make_slates
from engine.ranking import top_n

__all__ = ["Greedy"]


class Greedy(Policy):
    """The n best eligible items, best first; nothing is left to chance."""

    name = "greedy"
    stochastic = False

    def _choose(
        self,
        scores: NDArray[np.floating],
        eligible: NDArray[np.bool_],
        *,
        n: int,
        rate: float,
        rng: np.random.Generator,
    ) -> Slates:
        items = top_n(scores, eligible, n=n)
        return make_slates(
            items,
            scores,
            propensities=np.ones(items.shape),
            explored=np.zeros(items.shape, dtype=bool),
        )
