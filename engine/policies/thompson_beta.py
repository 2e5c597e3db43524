"""Thompson sampling with a Beta posterior on how many people take each item."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from engine.policies.meaning import Meaning
from engine.policies.thompson import PARTICLES, Thompson

__all__ = ["BetaThompson"]


class BetaThompson(Thompson):
    """The share of people who take item i is Beta(1 + taken_i, 1 + not taken_i), one an item.

    taken_i is the number of people in the log who have the item. A draw counts by its relative
    deviation, share / mean share - 1: large for items few people have, of which little is known,
    small for popular ones. It is added to the person's scores as `engine.policies.thompson` says,
    so that without deviation the list is the model's own.
    """

    name = "beta-thompson"

    def _draw(self, rng: np.random.Generator) -> NDArray[np.float64]:
        taken = self.context.popularity
        people = len(self.context.dataset.histories)
        shares = rng.beta(1 + taken, 1 + people - taken, size=(PARTICLES, len(taken)))
        return shares * (2 + people) / (1 + taken) - 1

    def _posterior(self, draws: NDArray[np.float64]) -> NDArray[np.float32]:
        return draws[None].astype(np.float32)

    def _deviations(
        self, posterior: NDArray[np.float32], rows: slice, *, room: NDArray[np.float32]
    ) -> NDArray[np.float32]:
        return posterior

    @classmethod
    def _meaning(cls, rate: float, n: int) -> Meaning:
        return Meaning(
            "What is not known of rarely taken items is drawn by chance, {percent}% as widely as "
            "this policy can; one draw a person.",
            percent=100 * rate,
        )
