"""Where an item stands once a history is another: always asked from the model again."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.histories import Histories
from engine.models.base import Recommender
from engine.ranking import top_n

__all__ = ["Rescorer", "Standing", "places_of"]

# Bounds the (rows, I) scores that are in memory at once.
_BLOCK = 512


@dataclass(frozen=True, eq=False)
class Standing:
    """How a target stands for B histories.

    Attributes
    ----------
    ranks
        (B,) its place among the items that may be listed, from 1; ties: the lower row first.
    scores
        (B,) its score.
    leads
        (B,) its score less that of the best other item outside the first n - 1 others: above 0 it
        is among the first n.
    """

    ranks: NDArray[np.int64]
    scores: NDArray[np.float64]
    leads: NDArray[np.float64]


def places_of(
    scores: NDArray[np.floating], listed: NDArray[np.bool_], target: int
) -> NDArray[np.int64]:
    """(B,) place of the target among the listed items, from 1; ties: the lower row first.

    Parameters
    ----------
    scores
        (B, I).
    listed
        (B, I) or (1, I) true where an item may be listed.
    """
    own = scores[:, [target]]
    before = scores > own
    before[:, :target] |= scores[:, :target] == own
    return np.asarray(1 + (before & listed).sum(axis=1), dtype=np.int64)


class Rescorer:
    """Asks a model how one target stands, and counts the questions.

    Items of the original history stay out of the list when they are taken out of the history.

    Parameters
    ----------
    model
        Any fitted recommender.
    history
        The original history.
    target
        An item row that is not in it.
    n
        Length of the list.
    """

    def __init__(self, model: Recommender, history: Histories, target: int, *, n: int) -> None:
        self.model, self.history, self.target, self.n = model, history, target, n
        self.evaluations = 0
        self._seen = history.seen()

    @property
    def can_leave(self) -> bool:
        """Whether anything can be taken away, and matters, and another item could be listed."""
        others = int((~self.history.seen()).sum()) - 1
        is_heard = self.model.capabilities.personalised and len(self.history.items) > 0
        return is_heard and others >= self.n

    def scores(self, histories: Histories) -> NDArray[np.float64]:
        """(B, I) scores."""
        self.evaluations += len(histories)
        return self.model.score(histories).astype(np.float64)

    def without(self, masks: NDArray[np.bool_]) -> Histories:
        """Return B copies of the history that lack what the (B, P) masks mark."""
        copies = self.history.take(np.zeros(len(masks), dtype=np.int64))
        return copies.keep(~masks.ravel())

    def plus(self, added: NDArray[np.integer]) -> Histories:
        """Return B copies of the history with (B, k) further items at its end.

        A new item weighs what the middle one of the history does, or 1.
        """
        rows = np.repeat(np.arange(len(added)), added.shape[1])
        weights = self.history.weights
        weight = float(np.median(weights)) if len(weights) else 1.0
        copies = self.history.take(np.zeros(len(added), dtype=np.int64))
        return copies.append(rows, added.ravel(), weight=weight)

    def standing(self, histories: Histories) -> Standing:
        """Score the histories, block by block, and look where the target stands."""
        found = [
            self._stand(histories.take(np.arange(start, min(start + _BLOCK, len(histories)))))
            for start in range(0, len(histories), _BLOCK)
        ]
        return Standing(
            np.concatenate([part.ranks for part in found] or [np.zeros(0, dtype=np.int64)]),
            np.concatenate([part.scores for part in found] or [np.zeros(0)]),
            np.concatenate([part.leads for part in found] or [np.zeros(0)]),
        )

    def first(self, histories: Histories, *, n: int) -> NDArray[np.int32]:
        """(B, n) the items that would be listed."""
        return top_n(self.scores(histories), self._listed(histories), n=n)

    def _listed(self, histories: Histories) -> NDArray[np.bool_]:
        return ~(histories.seen() | self._seen)

    def _stand(self, histories: Histories) -> Standing:
        scores, listed = self.scores(histories), self._listed(histories)
        listed[:, self.target] = False
        others = np.where(listed, scores, -np.inf)
        place = max(others.shape[1] - self.n, 0)
        rival = np.partition(others, place, axis=1)[:, place]
        own = scores[:, self.target]
        return Standing(places_of(scores, listed, self.target), own, own - rival)
