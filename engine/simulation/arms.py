"""Comparisons: the same people, the same luck, other recommendations."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import polars as pl

from engine.config import stream
from engine.dataset import Dataset
from engine.errors import OptionError
from engine.models.base import Recommender
from engine.policies.base import Policy
from engine.simulation.loop import LoopSettings, simulate
from engine.simulation.search import simulate_search
from engine.simulation.tastes import TasteModel, Tastes

__all__ = ["SEARCH", "Arm", "compare", "rate_arms"]


@dataclass(frozen=True, eq=False)
class Arm:
    """One way of filling lists, under the name it is reported by.

    Attributes
    ----------
    name
        Unique within a comparison.
    policy
        What fills the lists from the model's scores; None = no recommender, people search.
    rate
        The policy's exploration rate. 0 is the model's own list and 1 a
        list drawn evenly from everything the person does not have.

    Raises
    ------
    OptionError
        The policy cannot take that rate.
    """

    name: str
    policy: type[Policy] | None
    rate: float = 0.0

    def __post_init__(self) -> None:
        if self.policy is not None:
            self.policy.check_rate(self.rate)


SEARCH = Arm("search", None)
"""No recommender: see `engine.simulation.search.simulate_search`."""


def rate_arms(policy: type[Policy], rates: Sequence[float]) -> tuple[Arm, ...]:
    """Return one arm a rate, named by it.

    Examples
    --------
    >>> from engine.policies.registry import find_policy
    >>> [arm.name for arm in rate_arms(find_policy("epsilon-greedy"), [0, 0.25])]
    ['rate 0', 'rate 0.25']
    """
    return tuple(Arm(f"rate {rate:g}", policy, float(rate)) for rate in rates)


def compare(
    start: Dataset,
    arms: Sequence[Arm],
    *,
    model: Recommender,
    tastes: TasteModel,
    seeds: Sequence[int],
    settings: LoopSettings,
    progress: Callable[[int, int], None] | None = None,
) -> pl.DataFrame:
    """Run every arm in the world of every seed.

    A seed draws the world: the tastes and the luck of every choice in every round. All arms of a
    seed live in that world, so the difference of two arms is due to the lists alone.

    Parameters
    ----------
    start
        Its interactions are the histories before the first round.
    arms
        At least one; no two of a name.
    model
        Fitted afresh in every arm and seed.
    tastes
        Draws a world's tastes, for instance ``functools.partial(fit_tastes, log)``.
    seeds
        At least one; no two alike.
    settings
        Rounds, list length, refits, behaviour.
    progress
        Called after each round with (rounds done, rounds in all).

    Returns
    -------
    The feedback tables of all arms, with a column ``arm``.

    Raises
    ------
    OptionError
        No arms or seeds, or one of them twice; and whatever `simulate` raises.
    """
    _check_unique("arm", [arm.name for arm in arms])
    _check_unique("seed", seeds)
    total = len(arms) * len(seeds) * settings.rounds
    tables: list[pl.DataFrame] = []
    for seed in seeds:
        world = tastes(rng=stream(seed, "users"))
        for arm in arms:
            before = len(tables) * settings.rounds
            report = None if progress is None else _shifted(progress, before, total)
            tables.append(
                _run(arm, start, settings, model=model, tastes=world, seed=seed, progress=report)
            )
    return pl.concat(tables)


def _run(
    arm: Arm,
    start: Dataset,
    settings: LoopSettings,
    *,
    model: Recommender,
    tastes: Tastes,
    seed: int,
    progress: Callable[[int], None] | None,
) -> pl.DataFrame:
    if arm.policy is None:
        feedback = simulate_search(start, settings, tastes=tastes, seed=seed, progress=progress)
    else:
        feedback = simulate(
            start,
            settings,
            model=model,
            policy=arm.policy,
            rate=arm.rate,
            tastes=tastes,
            seed=seed,
            progress=progress,
        )
    return feedback.with_columns(arm=pl.lit(arm.name))


def _shifted(
    progress: Callable[[int, int], None], before: int, total: int
) -> Callable[[int], None]:
    return lambda done: progress(before + done, total)


def _check_unique(kind: str, names: Sequence[object]) -> None:
    if not names or len(set(names)) < len(names):
        raise OptionError(
            "a comparison needs at least one {kind} and none twice, but got {names}; "
            "name each once",
            kind=kind,
            names=", ".join(map(str, names)) or "none",
        )
