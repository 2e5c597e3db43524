"""The feedback loop: recommend, let people choose, let their histories grow, learn again."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import polars as pl

from engine.config import stream
from engine.dataset import Dataset
from engine.errors import OptionError, TableError
from engine.histories import Histories
from engine.models.base import Recommender
from engine.policies.base import Policy
from engine.policies.context import PolicyContext
from engine.policies.slates import Slates
from engine.recommend import recommend
from engine.simulation.tastes import Tastes
from engine.simulation.users import UserBehaviour, choose

__all__ = ["LoopSettings", "run_rounds", "simulate"]

Progress = Callable[[int], None]


@dataclass(frozen=True)
class LoopSettings:
    """What all arms of a comparison share.

    Attributes
    ----------
    rounds
        How many rounds, at least 1.
    n
        List length, from 1 to the size of the catalogue.
    refit_every
        The model is fitted in rounds 1, 1 + refit_every, …; at least 1. With ``rounds`` it is
        trained once and never learns from its own effects.
    behaviour
        How people read a list.

    Raises
    ------
    OptionError
        A number is outside its range.
    """

    rounds: int = 20
    n: int = 10
    refit_every: int = 1
    behaviour: UserBehaviour = UserBehaviour()

    def __post_init__(self) -> None:
        if min(self.rounds, self.n, self.refit_every) < 1:
            raise OptionError(
                "rounds is {rounds}, n is {n} and refit_every is {refit_every}; "
                "give numbers from 1",
                rounds=self.rounds,
                n=self.n,
                refit_every=self.refit_every,
            )


def simulate(
    start: Dataset,
    settings: LoopSettings,
    *,
    model: Recommender,
    policy: type[Policy],
    rate: float,
    tastes: Tastes,
    seed: int,
    progress: Progress | None = None,
) -> pl.DataFrame:
    """Run one recommender on the choices it brings about.

    A round: the model is refitted if it is due and scores everyone's history, and the policy
    fills a list from what is not yet in it; people choose from the list, and what they chose
    joins their history. Tastes and the catalogue stay as they are.

    Parameters
    ----------
    start
        Its interactions are the histories before the first round.
    settings
        Rounds, list length, refits, behaviour.
    model, policy, rate
        What recommends; the model is fitted here, the policy made for each round's histories.
    tastes
        What the people of ``start`` like, in the order of the user rows.
    seed
        Runs that share it share policy draws and the luck of every choice (common random numbers).
    progress
        Called after each round with the number of rounds done.

    Returns
    -------
    The feedback table: user_id, item_id, rank, score, propensity, round (from 1), clicked, model,
    policy, rate, seed.

    Raises
    ------
    OptionError
        n is above the catalogue, or the rate is not one the policy can take.
    TableError
        The tastes are of other people or another catalogue.
    """
    # A generator of its own for each round: what one round uses up cannot shift the next.
    fits = stream(seed, "fit").spawn(settings.rounds)
    draws = stream(seed, "policy").spawn(settings.rounds)

    def show(histories: Histories, index: int) -> Slates:
        now = start.with_histories(histories)
        if index % settings.refit_every == 0:
            model.fit(now, rng=fits[index])
        filler = policy(PolicyContext(now, model, histories))
        return recommend(model, histories, policy=filler, rate=rate, n=settings.n, rng=draws[index])

    feedback = run_rounds(start, settings, show=show, tastes=tastes, seed=seed, progress=progress)
    names = {"model": pl.lit(model.name), "policy": pl.lit(policy.name)}
    numbers = {"rate": pl.lit(rate, dtype=pl.Float64), "seed": pl.lit(seed, dtype=pl.Int64)}
    return feedback.with_columns(**names, **numbers)


def run_rounds(
    start: Dataset,
    settings: LoopSettings,
    *,
    show: Callable[[Histories, int], Slates],
    tastes: Tastes,
    seed: int,
    progress: Progress | None = None,
) -> pl.DataFrame:
    """Run the loop around anything that fills lists.

    Parameters
    ----------
    show
        Given everyone's history and the number of rounds gone by, the lists of the next round.
    start, settings, tastes, seed, progress
        As for `simulate`.

    Returns
    -------
    user_id, item_id, rank, score, propensity, round (from 1), clicked.

    Raises
    ------
    TableError
        The tastes are of other people or another catalogue.
    """
    _check_tastes(tastes, start)
    luck = stream(seed, "choices").spawn(settings.rounds)
    histories = start.histories
    # A choice joins the log as the typical logged interaction: a rating of 1 would be a complaint.
    weight = float(np.median(histories.weights)) if len(histories.weights) else 1.0
    tables = []
    for index in range(settings.rounds):
        slates = show(histories, index)
        clicked = choose(slates.items, tastes, behaviour=settings.behaviour, rng=luck[index])
        shown = slates.to_table(start.user_ids, start.item_ids)
        tables.append(
            shown.with_columns(
                round=pl.lit(index + 1, dtype=pl.Int64),
                clicked=pl.Series(clicked[slates.items >= 0]),
            )
        )
        histories = histories.append(np.nonzero(clicked)[0], slates.items[clicked], weight=weight)
        if progress is not None:
            progress(index + 1)
    return pl.concat(tables)


def _check_tastes(tastes: Tastes, start: Dataset) -> None:
    if tastes.utilities.shape != (start.n_users, start.n_items):
        raise TableError(
            "the tastes are of {people} people and {things} items, but {dataset} has {users} users "
            "and {items} items; fit them on the same users and catalogue",
            people=tastes.utilities.shape[0],
            things=tastes.utilities.shape[1],
            dataset=start.name,
            users=start.n_users,
            items=start.n_items,
        )
