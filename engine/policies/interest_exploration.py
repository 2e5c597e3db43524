"""Epsilon-greedy that explores in interests near a person's own, but outside them."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from engine.histories import Histories
from engine.policies.cluster_exploration import ClusterExploration, hardly_touched
from engine.policies.meaning import Meaning

__all__ = ["InterestExploration"]

_NEAREST = 3


class InterestExploration(ClusterExploration):
    """In each place: with chance ``rate`` any item of an interest nearby, else the best one.

    Interests are clusters of the items' text embeddings. Of those a person has hardly touched (as
    in `ClusterExploration`), the three whose centres are nearest to the mean text of the history
    are nearby: new, and not from another world. Somebody without a history has none near, and
    explores in all of them. The chances are those of `engine.policies.per_slot`.

    Notes
    -----
    Strata of text embeddings that a person rarely engages with: arXiv 2507.21884.
    """

    name = "interest-exploration"

    def is_near(self, row: int, item: int) -> bool | None:
        """Whether it is of an interest that the history has titles of, or that is nearby."""
        code, history = self.context.interests.codes[item], self.context.histories.take([row])
        own = self.context.interests.codes[history.items]
        if code < 0 or (own < 0).all():
            return None
        return bool((own == code).any() or self._nearby(history)[0, code])

    def _strata(self) -> NDArray[np.bool_]:
        return self._nearby(self.context.histories)[:, self.context.interests.codes]

    def _nearby(self, histories: Histories) -> NDArray[np.bool_]:
        """(B, C + 1) the interests to explore in; the last, of items without one, never is."""
        interests = self.context.interests
        outside = hardly_touched(
            interests.codes, len(interests.centres), histories, self.context.popularity
        )
        has = histories.matrix().astype(np.float64)
        has.data[:] = 1
        taste = has @ self.context.text
        nearness = np.where(outside[:, :-1], taste @ interests.centres.T, -np.inf)
        # Ties, and a taste of nothing, keep all that are as near as the third.
        third = -np.sort(-nearness, axis=1)[:, min(_NEAREST, nearness.shape[1]) - 1 :][:, :1]
        near = outside.copy()
        if nearness.shape[1]:
            near[:, :-1] &= nearness >= third
        return near

    @classmethod
    def _meaning(cls, rate: float, n: int) -> Meaning:
        return Meaning(
            "On average {places} of {n} places are drawn by chance from interests that are new to "
            "the person and read much like what they know.",
            places=rate * n,
            n=n,
        )
