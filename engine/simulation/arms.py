"""Arms of a comparison: the same people, the same luck, other lists."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

import polars as pl

from engine.config import stream
from engine.dataset import Dataset
from engine.errors import OptionError, UnknownNameError
from engine.models.base import Recommender
from engine.policies.base import Policy
from engine.policies.slates import Slates
from engine.simulation.crowd import Crowd
from engine.simulation.learner import Learner
from engine.simulation.loop import LoopSettings, Round, Show, run_rounds, tabulate_rounds
from engine.simulation.luck import Luck
from engine.simulation.references import REFERENCES, Reference
from engine.simulation.tastes import TasteModel, Tastes

__all__ = [
    "ORACLE",
    "RANDOM",
    "SEARCH",
    "Arm",
    "check_unique",
    "compare",
    "find_arms",
    "rate_arms",
    "run_arm",
    "tabulate_arm",
]


@dataclass(frozen=True, eq=False)
class Arm:
    """One way of filling lists, under the name it is reported by.

    Attributes
    ----------
    name
        Unique within a comparison.
    policy
        What fills the lists from the model's scores; None = there is no model, and the name is one
        of `engine.simulation.references.REFERENCES`.
    rate
        The policy's exploration rate. 0 is the model's own list.
    single
        The model is trained before the first round alone, and never learns from its own effects.

    Raises
    ------
    OptionError
        The policy cannot take that rate.
    UnknownNameError
        An arm without a policy has a name that is not among the references.
    """

    name: str
    policy: type[Policy] | None
    rate: float = 0.0
    single: bool = False

    def __post_init__(self) -> None:
        if self.policy is not None:
            self.policy.check_rate(self.rate)
        elif self.name not in REFERENCES:
            raise UnknownNameError(
                "there is no arm {arm}; choose among {names}",
                arm=self.name,
                names=", ".join(REFERENCES),
            )


SEARCH = Arm("search", None)
"""No recommender: people look for things themselves."""
ORACLE = Arm("oracle", None)
"""A recommender that knows every taste."""
RANDOM = Arm("random", None)
"""Lists drawn evenly."""


def rate_arms(
    policy: type[Policy], rates: Sequence[float], *, single: bool = False
) -> tuple[Arm, ...]:
    """Return one arm a rate, named by it.

    Examples
    --------
    >>> from engine.policies.registry import find_policy
    >>> [arm.name for arm in rate_arms(find_policy("epsilon-greedy"), [0, 0.25])]
    ['rate 0', 'rate 0.25']
    >>> rate_arms(find_policy("greedy"), [0], single=True)[0].name
    'rate 0, trained once'
    """
    ending = ", trained once" if single else ""
    return tuple(Arm(f"rate {rate:g}{ending}", policy, float(rate), single) for rate in rates)


def find_arms(names: Sequence[str], *, policy: type[Policy]) -> tuple[Arm, ...]:
    """Return the arms of these names: a reference, or ``single`` for the model trained once.

    Raises
    ------
    UnknownNameError
        No arm has one of the names.
    """
    arms: list[Arm] = []
    for name in names:
        arms += rate_arms(policy, [0], single=True) if name == "single" else [Arm(name, None)]
    return tuple(arms)


def run_arm(
    arm: Arm,
    start: Dataset,
    settings: LoopSettings,
    *,
    model: Recommender,
    tastes: Tastes,
    seed: int,
) -> Iterator[Round]:
    """Run one arm in one world, a round at a time.

    Parameters
    ----------
    arm
        Who fills the lists.
    start, settings, tastes, seed
        As for `engine.simulation.loop.run_rounds`.
    model
        Fitted here, if the arm has a policy.

    Yields
    ------
    What happened in each round.
    """
    if arm.policy is None:
        show: Show = _without_model(REFERENCES[arm.name], settings, seed=seed)
    else:
        show = Learner(
            start,
            settings,
            model=model,
            policy=arm.policy,
            rate=arm.rate,
            seed=seed,
            single=arm.single,
        )
    yield from run_rounds(start, settings, show=show, tastes=tastes, seed=seed)


def tabulate_arm(
    arm: Arm, rounds: Sequence[Round], start: Dataset, *, model: str, seed: int
) -> pl.DataFrame:
    """Return the feedback table of an arm's rounds.

    The columns of `engine.simulation.loop.tabulate_rounds`, and model and rate (both missing
    without a model), policy, seed, arm.
    """
    without = arm.policy is None
    return tabulate_rounds(start, rounds).with_columns(
        pl.lit(None if without else model, dtype=pl.String).alias("model"),
        pl.lit(arm.name if arm.policy is None else arm.policy.name).alias("policy"),
        pl.lit(None if without else arm.rate, dtype=pl.Float64).alias("rate"),
        pl.lit(seed, dtype=pl.Int64).alias("seed"),
        pl.lit(arm.name).alias("arm"),
    )


def compare(
    start: Dataset,
    arms: Sequence[Arm],
    *,
    model: Recommender,
    tastes: TasteModel,
    seeds: Sequence[int],
    settings: LoopSettings,
) -> Iterator[pl.DataFrame]:
    """Run every arm in the world of every seed, one after another.

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

    Yields
    ------
    The feedback table of each arm of each seed.

    Raises
    ------
    OptionError
        No arms or seeds, or one of them twice; and whatever `run_arm` raises.
    """
    check_unique("arm", [arm.name for arm in arms])
    check_unique("seed", seeds)
    for seed in seeds:
        world = tastes(rng=stream(seed, "users"))
        for arm in arms:
            rounds = list(run_arm(arm, start, settings, model=model, tastes=world, seed=seed))
            yield tabulate_arm(arm, rounds, start, model=model.name, seed=seed)


def check_unique(kind: Literal["arm", "seed"], names: Sequence[object]) -> None:
    """Raise OptionError unless there is at least one name, and none twice."""
    if not names or len(set(names)) < len(names):
        raise OptionError(
            "a comparison needs at least one {kind} and none twice, but got {names}; "
            "name each once",
            kind=kind,
            names=", ".join(map(str, names)) or "none",
        )


def _without_model(fill: Reference, settings: LoopSettings, *, seed: int) -> Show:
    lucks = [Luck.draw(rng) for rng in stream(seed, "policy").spawn(settings.rounds)]

    def show(crowd: Crowd, index: int) -> Slates:
        return fill(crowd, n=settings.n, luck=lucks[index])

    return show
