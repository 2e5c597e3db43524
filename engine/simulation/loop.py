"""The feedback loop: lists, choices, histories that grow; round after round."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

import numpy as np
import polars as pl
from numpy.typing import NDArray

from engine.config import stream
from engine.dataset import Dataset
from engine.errors import OptionError, TableError
from engine.histories import Histories
from engine.policies.slates import Slates
from engine.simulation.crowd import Crowd
from engine.simulation.luck import Luck
from engine.simulation.references import search_lists
from engine.simulation.tastes import Tastes
from engine.simulation.users import UserBehaviour, choose

__all__ = ["LoopSettings", "Round", "Show", "run_rounds", "tabulate_rounds"]

Scalar = TypeVar("Scalar", bound=np.generic)
Show = Callable[[Crowd, int], Slates]
"""Fills everyone's list, given the people and the number of rounds gone by."""


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
        The model learns in rounds 1, 1 + refit_every, …; at least 1. With ``rounds`` it is
        trained once and never learns from its own effects.
    incremental
        After the first fit, a model that has an update learns the new choices alone
        (`engine.models.base.Recommender.update`); any other is fitted afresh as usual.
    late
        Share of the catalogue, from 0 and below 1, that is not there at the start and comes in
        evenly over the rounds, without any history. 0: everything is there from the start.
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
    incremental: bool = False
    late: float = 0.0
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
        if not 0 <= self.late < 1:
            raise OptionError(
                "the share of items that come late is {late}; give a number from 0 and below 1",
                late=self.late,
            )


@dataclass(frozen=True, eq=False)
class Round:
    """What happened in one round.

    Attributes
    ----------
    index
        From 1.
    slates
        The list each of the U people looked at.
    clicked
        (U, n) true where the item was chosen.
    utilities
        (U, n) logarithm of the appeal of the item to that person; no model sees it.
    followed
        (U,) true where the list was the recommender's, false where she searched by herself.
    present
        (U,) false where someone did not come, or has left: nobody looked at her row.
    """

    index: int
    slates: Slates
    clicked: NDArray[np.bool_]
    utilities: NDArray[np.float64]
    followed: NDArray[np.bool_]
    present: NDArray[np.bool_]


def run_rounds(
    start: Dataset, settings: LoopSettings, *, show: Show, tastes: Tastes, seed: int
) -> Iterator[Round]:
    """Run the loop around anything that fills lists, a round at a time.

    Only the histories and tastes of the people are kept between rounds, never what was shown:
    memory does not grow with rounds × users × items.

    Parameters
    ----------
    start
        Its interactions are the histories before the first round.
    settings
        Rounds, list length, behaviour, items that come late.
    show
        Fills the lists of a round.
    tastes
        What the people of ``start`` like, in the order of the user rows.
    seed
        Runs that share it share the luck of every choice (common random numbers).

    Yields
    ------
    What happened in each round.

    Raises
    ------
    TableError
        The tastes are of other people or another catalogue.
    OptionError
        n is above the catalogue.
    """
    _check(tastes, start, settings)
    behaviour = settings.behaviour
    lucks = [Luck.draw(rng) for rng in stream(seed, "choices").spawn(settings.rounds)]
    arrivals = _arrivals(start.n_items, settings, seed=seed)
    histories = start.histories
    if settings.late:
        histories = histories.keep(arrivals[histories.items] == 0)
    # A choice joins the log as the typical logged interaction: a rating of 1 would be a complaint.
    weight = float(np.median(histories.weights)) if len(histories.weights) else 1.0
    categories = _categories(start) if behaviour.boredom else np.zeros((start.n_items, 0), bool)
    crowd = Crowd.gather(histories, tastes, behaviour=behaviour)
    visits = _chances(start.histories, behaviour)
    for index, luck in enumerate(lucks):
        if settings.late:
            crowd = replace(crowd, available=arrivals <= index)
        slates, followed = _looked_at(show(crowd, index), crowd, settings, seed=seed, index=index)
        with np.errstate(divide="ignore"):
            utilities = np.log(crowd.tastes.appeals_of(np.maximum(slates.items, 0)))
        clicked = choose(slates.items, utilities, behaviour=behaviour, luck=luck)
        here = crowd.present & _visiting(visits, seed=seed, index=index)
        if not here.all():
            clicked &= here[:, None]
        yield Round(index + 1, slates, clicked, utilities, followed, here)
        crowd = crowd.after(
            slates, clicked, behaviour=behaviour, weight=weight, categories=categories
        )


def _chances(histories: Histories, behaviour: UserBehaviour) -> NDArray[np.float64] | None:
    """(U,) chance of coming to a round; None = everyone comes."""
    if behaviour.visits == "even" or not len(histories.items):
        return None
    lengths = histories.lengths
    return np.asarray(np.minimum(lengths / max(np.percentile(lengths, 90), 1), 1.0))


def _visiting(
    visits: NDArray[np.float64] | None, *, seed: int, index: int
) -> NDArray[np.bool_] | np.bool_:
    if visits is None:
        return np.bool_(True)
    coin = Luck.draw(stream(seed, "visits").spawn(index + 1)[-1])
    return coin.uniform(np.arange(len(visits)), np.array(0)) < visits


def _looked_at(
    slates: Slates, crowd: Crowd, settings: LoopSettings, *, seed: int, index: int
) -> tuple[Slates, NDArray[np.bool_]]:
    """Return the lists that people look at, and (U,) who looks at the recommender's."""
    everyone = np.ones(len(slates.items), dtype=bool)
    if settings.behaviour.adoption == 1:
        return slates, everyone
    coin, search = (Luck.draw(rng) for rng in stream(seed, "adoption").spawn(2 * index + 2)[-2:])
    people = np.arange(len(slates.items))
    followed = coin.uniform(people, np.array(0)) < settings.behaviour.adoption
    own = search_lists(crowd, n=settings.n, luck=search)
    mixed = [
        np.where(followed[:, None], theirs, hers)
        for theirs, hers in (
            (slates.items, own.items),
            (slates.scores, own.scores),
            (slates.propensities, own.propensities),
            (slates.explored, own.explored),
        )
    ]
    return Slates(*mixed), followed


def tabulate_rounds(start: Dataset, rounds: Sequence[Round]) -> pl.DataFrame:
    """Return the feedback table of some rounds.

    user_id, item_id, rank, score, propensity, round, clicked, utility, followed; a row for each
    place of each list that somebody looked at.
    """
    items = np.stack([one.slates.items for one in rounds])
    shown = (items >= 0) & np.stack([one.present for one in rounds])[:, :, None]
    whole = bool(shown.all())

    def of(values: NDArray[Scalar]) -> NDArray[Scalar]:
        spread = np.broadcast_to(values, shown.shape)
        # Where everything was shown, a mask would only copy it slowly.
        return spread.reshape(-1) if whole else spread[shown]

    people, places = np.arange(items.shape[1])[:, None], np.arange(1, items.shape[2] + 1)
    return pl.DataFrame(
        {
            "user_id": start.users["user_id"][of(people)],
            "item_id": start.items["item_id"][of(items)],
            "rank": of(places),
            "score": of(np.stack([one.slates.scores for one in rounds])).astype(np.float64),
            "propensity": of(np.stack([one.slates.propensities for one in rounds])),
            "round": of(np.array([one.index for one in rounds])[:, None, None]),
            "clicked": of(np.stack([one.clicked for one in rounds])),
            "utility": of(np.stack([one.utilities for one in rounds])),
            "followed": of(np.stack([one.followed for one in rounds])[:, :, None]),
        }
    )


def _arrivals(n_items: int, settings: LoopSettings, *, seed: int) -> NDArray[np.int64]:
    """(I,) in how many rounds each item is there; 0 = from the start."""
    arrivals = np.zeros(n_items, dtype=np.int64)
    late = round(settings.late * n_items)
    if late:
        order = stream(seed, "world").permutation(n_items)[:late]
        arrivals[order] = 1 + np.arange(late) * max(settings.rounds - 1, 1) // late
    return arrivals


def _categories(start: Dataset) -> NDArray[np.bool_]:
    pairs = start.items.select("categories").with_row_index("row")
    pairs = pairs.explode("categories").drop_nulls()
    names = sorted(pairs["categories"].unique())
    matrix = np.zeros((start.n_items, len(names)), dtype=bool)
    matrix[pairs["row"].to_numpy(), np.searchsorted(names, pairs["categories"].to_numpy())] = True
    return matrix


def _check(tastes: Tastes, start: Dataset, settings: LoopSettings) -> None:
    if tastes.shape != (start.n_users, start.n_items):
        raise TableError(
            "the tastes are of {people} people and {things} items, but {dataset} has {users} users "
            "and {items} items; fit them on the same users and catalogue",
            people=tastes.shape[0],
            things=tastes.shape[1],
            dataset=start.name,
            users=start.n_users,
            items=start.n_items,
        )
    if settings.n > start.n_items:
        raise OptionError(
            "n is {n}, but the catalogue holds {items} items; give a number from 1 to {items}",
            n=settings.n,
            items=start.n_items,
        )
