"""A recommender inside the loop: a model that learns from what it brought about, and a policy."""

from __future__ import annotations

import numpy as np
import polars as pl

from engine.config import stream
from engine.dataset import Dataset
from engine.histories import Histories
from engine.models.base import Recommender
from engine.policies.base import Policy
from engine.policies.context import PolicyContext
from engine.policies.slates import Slates
from engine.recommend import recommend
from engine.simulation.crowd import Crowd
from engine.simulation.loop import LoopSettings

__all__ = ["Learner"]


class Learner:
    """Fills the lists of every round, and learns when it is due.

    Parameters
    ----------
    start
        The users and the catalogue.
    settings
        List length, how often and how to learn.
    model
        Fitted here.
    policy, rate
        What fills the lists from its scores, made anew for each round's histories.
    single
        Learn before the first round alone, whatever the settings say.
    seed
        Learners that share it share the luck of fits and policy draws.
    """

    def __init__(
        self,
        start: Dataset,
        settings: LoopSettings,
        *,
        model: Recommender,
        policy: type[Policy],
        rate: float,
        seed: int,
        single: bool = False,
    ) -> None:
        self._start, self._settings = start, settings
        self._model, self._policy, self._rate = model, policy, rate
        self._every = settings.rounds if single else settings.refit_every
        self._known: Dataset | None = None
        # A generator of its own for each round: what one round uses up cannot shift the next.
        self._fits = stream(seed, "fit").spawn(settings.rounds)
        # At rate 0 every policy gives the model's own list and draws nothing: one is enough.
        draws = stream(seed, "policy")
        self._draws = draws.spawn(settings.rounds) if rate else [draws] * settings.rounds

    def __call__(self, crowd: Crowd, index: int) -> Slates:
        """Learn if it is due, and fill everyone's list."""
        now = self._start.with_histories(crowd.histories)
        if index % self._every == 0:
            self._learn(now, rng=self._fits[index])
        filler = self._policy(PolicyContext(now, self._model, crowd.histories))
        return recommend(
            self._model,
            crowd.histories,
            policy=filler,
            rate=self._rate,
            n=self._settings.n,
            rng=self._draws[index],
            available=crowd.available,
        )

    def _learn(self, now: Dataset, *, rng: np.random.Generator) -> None:
        if self._settings.incremental and self._known is not None and self._model.can_update:
            new = _since(self._known.histories, now)
            if new.height:
                self._model.update(self._known, new)
        else:
            self._model.fit(now, rng=rng)
        self._known = now


def _since(before: Histories, now: Dataset) -> pl.DataFrame:
    """Return the interactions beyond the end of each history; histories only grow at the end."""
    histories = now.histories
    place = np.arange(len(histories.items)) - histories.indptr[histories.rows]
    return now.interactions.filter(pl.Series(place >= before.lengths[histories.rows]))
