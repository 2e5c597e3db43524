"""The history game: mask items of one history, ask the model again, count the questions."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from engine.histories import Histories
from engine.models.base import Recommender

__all__ = ["HistoryGame"]

# Bounds the (rows, I) scores that are in memory at once.
_BLOCK = 512


class HistoryGame:
    """v(S) = the targets' scores for the history items in S, oldest first.

    Parameters
    ----------
    model
        Any fitted recommender; it is asked as it is, never looked into.
    history
        One history; its P items are the players.
    targets
        (T,) item rows whose scores are the values.

    Attributes
    ----------
    evaluations
        Histories the model has scored so far: one row is one evaluation, however it is batched.
    """

    def __init__(
        self, model: Recommender, history: Histories, *, targets: NDArray[np.integer]
    ) -> None:
        self._model = model
        self._history = history
        self._targets = targets
        self.evaluations = 0

    @property
    def players(self) -> NDArray[np.int32]:
        """(P,) item rows of the history, oldest first."""
        return self._history.items

    def values(self, masks: NDArray[np.bool_]) -> NDArray[np.float64]:
        """(M, T) scores of the targets for M subsets, given as (M, P) masks of who is present."""
        blocks = [
            self._ask(masks[start : start + _BLOCK]) for start in range(0, len(masks), _BLOCK)
        ]
        return np.concatenate(blocks)

    def _ask(self, masks: NDArray[np.bool_]) -> NDArray[np.float64]:
        copies = self._history.take(np.zeros(len(masks), dtype=np.int64))
        self.evaluations += len(masks)
        return self._model.score(copies.keep(masks.ravel()))[:, self._targets].astype(np.float64)
