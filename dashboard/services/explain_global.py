"""What counts for how much in a model's lists, over many people."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import polars as pl

from dashboard.access.person import Person
from dashboard.access.role import Action
from dashboard.parameter_table import PEOPLE, parameter_table
from dashboard.services.service import service
from engine.config import RunConfig, stream
from engine.dataset import Dataset
from engine.errors import OptionError
from engine.explanations.surrogate import Surrogate, grow_surrogate
from engine.models.base import Recommender
from engine.policies.context import PolicyContext
from engine.policies.registry import find_policy
from engine.recommend import list_everyone

__all__ = ["GlobalReasons", "WhyAll", "explain_global"]


@dataclass(frozen=True)
class WhyAll:
    """A question: what counts for how much, over everybody.

    Attributes
    ----------
    config
        Of the lists: policy and rate decide how many places exploration fills.
    names
        User attributes to compare by.
    people
        How many are asked about, at least 8, for the imitation is measured on some of them.
    """

    config: RunConfig
    names: tuple[str, ...] = ()
    people: int = PEOPLE


@dataclass(frozen=True, eq=False)
class GlobalReasons:
    """The answer.

    Attributes
    ----------
    table
        Shares of the main parameters; see `parameter_table`.
    surrogate
        A shallow tree that imitates the model.
    uses_attributes
        Whether the model looks at what is known of a person.
    """

    table: pl.DataFrame
    surrogate: Surrogate
    uses_attributes: bool


@service(Action.RUN)
def explain_global(
    _person: Person, why: WhyAll, train: Dataset, *, fit: Callable[[], Recommender]
) -> GlobalReasons:
    """Answer as the page of main parameters does, by the same streams of the same seed."""
    config = why.config
    _check_names(why.names, train)
    find_policy(config.policy).check_rate(config.rate)
    model = fit()
    slates = list_everyone(config, PolicyContext(train, model, train.histories))
    return GlobalReasons(
        parameter_table(
            model,
            train,
            slates,
            names=why.names,
            rng=stream(config.seed, "explain"),
            people=why.people,
        ),
        grow_surrogate(model, train, people=why.people, rng=stream(config.seed, "explain")),
        model.capabilities.uses_attributes,
    )


def _check_names(names: tuple[str, ...], train: Dataset) -> None:
    known = train.users.columns[1:]
    for name in names:
        if name not in known:
            raise OptionError(
                "people have no attribute {name}; name one of {names}",
                name=name,
                names=", ".join(known) or "–",
            )
