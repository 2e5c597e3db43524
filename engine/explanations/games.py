"""Games: hide some players from the model, ask it again, count the questions."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np
import polars as pl
from numpy.typing import NDArray

from engine.explanations.groups import Group
from engine.histories import Histories
from engine.models.base import Recommender

__all__ = ["AttributeGame", "Game", "HistoryGame"]

# Bounds the (rows, I) scores that are in memory at once.
_BLOCK = 512


class Game(ABC):
    """v: a value for every subset of the players, in the unit of the model's score.

    A subset that was asked before is not asked again.

    Parameters
    ----------
    model
        Any fitted recommender; it is asked as it is, never looked into.
    history
        One history.
    targets
        (A,) item rows whose scores are asked for.
    contrast
        (T, A) weights of these scores in each value; without it the values are the scores.

    Attributes
    ----------
    evaluations
        Histories the model has scored so far: one row is one evaluation, however it is batched.
    """

    def __init__(
        self,
        model: Recommender,
        history: Histories,
        *,
        targets: NDArray[np.integer],
        contrast: NDArray[np.floating] | None = None,
    ) -> None:
        self.evaluations = 0
        self._model = model
        self._history = history
        self._targets = targets
        self._contrast = contrast
        self._known: dict[bytes, NDArray[np.float64]] = {}

    @property
    @abstractmethod
    def n_players(self) -> int:
        """P, how many players there are."""

    @property
    def n_values(self) -> int:
        """T, how many values a subset has."""
        return len(self._targets) if self._contrast is None else len(self._contrast)

    @property
    def acting(self) -> NDArray[np.bool_]:
        """(P,) false where a player adds the same whoever else is there, by what the model says.

        Such a player's contribution is what it adds to nobody.
        """
        return np.ones(self.n_players, dtype=bool)

    def values(self, masks: NDArray[np.bool_]) -> NDArray[np.float64]:
        """(M, T) values of M subsets, given as (M, P) masks of who is present."""
        keys = [row.tobytes() for row in np.packbits(masks & self.acting, axis=1)]
        new = {key: row for row, key in enumerate(keys) if key not in self._known}
        found = self.reduce(masks[list(new.values())], self._valued)
        self._known.update(zip(new, found, strict=True))
        return np.array([self._known[key] for key in keys]).reshape(len(masks), self.n_values)

    def ends(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """(T,) values of nobody and (T,) of everybody."""
        nobody, everybody = self.values(np.arange(2)[:, None] > np.zeros(self.n_players))
        return nobody, everybody

    def reduce(
        self,
        masks: NDArray[np.bool_],
        take: Callable[[NDArray[np.float64]], NDArray[np.float64]],
    ) -> NDArray[np.float64]:
        """Apply ``take`` to the (m, I) scores of all items, block by block, and join the rows."""
        found = []
        for start in range(0, len(masks), _BLOCK):
            block = masks[start : start + _BLOCK]
            self.evaluations += len(block)
            found.append(take(self._ask(block)))
        return np.concatenate(found) if found else np.empty((0, self.n_values))

    def _valued(self, scores: NDArray[np.float64]) -> NDArray[np.float64]:
        asked = scores[:, self._targets]
        return asked if self._contrast is None else asked @ self._contrast.T

    @abstractmethod
    def _ask(self, masks: NDArray[np.bool_]) -> NDArray[np.float64]:
        """(m, I) scores of all items for each subset."""


class HistoryGame(Game):
    """The players are the items of one history, oldest first; an absent one is taken out of it."""

    @property
    def n_players(self) -> int:
        """P, the length of the history."""
        return len(self._history.items)

    @property
    def players(self) -> NDArray[np.int32]:
        """(P,) item rows of the history, oldest first."""
        return self._history.items

    def _ask(self, masks: NDArray[np.bool_]) -> NDArray[np.float64]:
        if len(masks) == 1 and masks.all():
            return self._model.score(self._history).astype(np.float64)
        copies = self._history.take(np.zeros(len(masks), dtype=np.int64))
        return self._model.score(copies.keep(masks.ravel())).astype(np.float64)


class AttributeGame(Game):
    """The players are groups of history items, attributes of the person, and the item's prior.

    An absent category is taken out of the history, an absent attribute is missing. Where the prior
    is absent, an item's score for somebody of whom nothing is known is that of an average item:
    v loses s_t(∅) - mean_i s_i(∅). So v(∅) is the score of an average item for nobody in
    particular.
    """

    def __init__(
        self,
        model: Recommender,
        history: Histories,
        *,
        targets: NDArray[np.integer],
        groups: Sequence[Group],
        contrast: NDArray[np.floating] | None = None,
    ) -> None:
        super().__init__(model, history, targets=targets, contrast=contrast)
        self.groups = tuple(groups)
        self._places = np.zeros(len(history.items), dtype=np.int64)
        for place, group in enumerate(self.groups):
            self._places[list(group.items)] = place
        self._is_prior = np.array([group.kind == "prior" for group in self.groups], dtype=bool)
        self._prior = self._valued(self._of_nobody()[None])[0]

    @property
    def n_players(self) -> int:
        """P, the number of groups."""
        return len(self.groups)

    @property
    def acting(self) -> NDArray[np.bool_]:
        """(P,) false for attributes the model does not use, and for a history it does not use."""
        can = self._model.capabilities
        acts = {"category": can.personalised, "attribute": can.uses_attributes, "prior": False}
        return np.array([acts[group.kind] for group in self.groups], dtype=bool)

    def values(self, masks: NDArray[np.bool_]) -> NDArray[np.float64]:
        """(M, T) values of M subsets, given as (M, P) masks of who is present."""
        without = masks[:, self._is_prior].sum(axis=1, keepdims=True) < self._is_prior.sum()
        return np.asarray(super().values(masks) - without * self._prior)

    def _of_nobody(self) -> NDArray[np.float64]:
        """(I,) each item's score for nobody in particular, above that of an average item."""
        self.evaluations += 1
        nobody = Histories.empty(1, n_items=self._history.n_items)
        attributes = self._history.attributes
        if attributes is not None:
            attributes = attributes.select(_missing(column) for column in attributes)
        scores = self._model.score(replace(nobody, attributes=attributes))[0].astype(np.float64)
        return np.asarray(scores - scores.mean())

    def _ask(self, masks: NDArray[np.bool_]) -> NDArray[np.float64]:
        copies = self._history.take(np.zeros(len(masks), dtype=np.int64))
        kept = copies.keep(masks[:, self._places].ravel())
        attributes = copies.attributes
        scored = replace(kept, attributes=self._masked(attributes, masks))
        return self._model.score(scored).astype(np.float64)

    def _masked(
        self, attributes: pl.DataFrame | None, masks: NDArray[np.bool_]
    ) -> pl.DataFrame | None:
        if attributes is None:
            return None
        columns = [
            pl.when(pl.Series(masks[:, place])).then(pl.col(column)).alias(column)
            for place, group in enumerate(self.groups)
            for column in group.columns
        ]
        return attributes.with_columns(columns)


def _missing(column: pl.Series) -> pl.Expr:
    return pl.lit(None, dtype=column.dtype).alias(column.name)
