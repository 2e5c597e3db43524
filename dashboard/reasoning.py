"""The answers to why that take long for some models: the same from a page and from a job."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from dashboard.parameter_table import PEOPLE, parameter_table
from engine.config import stream
from engine.dataset import Dataset
from engine.explanations import attribution
from engine.explanations.baselines import Background
from engine.explanations.counterfactual import Counterfactual, bring_into_list, drop_from_list
from engine.explanations.explanation import Explanation, GameName, Method
from engine.explanations.fidelity_curve import Removal, drawn_people, removal_curves
from engine.explanations.groups import group_players
from engine.explanations.rescoring import Rescorer
from engine.explanations.surrogate import Surrogate, grow_surrogate
from engine.histories import Histories
from engine.models.base import Recommender
from engine.policies.slates import Slates

__all__ = [
    "find_counterfactual",
    "find_parameters",
    "find_reason",
    "find_removal",
    "find_surrogate",
    "history_of",
]

# Their reasons are put to the test; each costs some hundred evaluations.
TESTED = 60


def history_of(train: Dataset, user: str) -> Histories:
    """Return one person's history."""
    return train.histories.take([train.user_row(user)])


def find_reason(
    model: Recommender,
    train: Dataset,
    history: Histories,
    item: int,
    *,
    method: Method,
    game: GameName,
    seed: int,
) -> Explanation:
    """Return why one item has its score, by one method in one game."""
    return attribution.explain(
        model,
        history,
        item,
        method=method,
        game=game,
        groups=group_players(history, train.items) if game == "attributes" else (),
        rng=stream(seed, "explain"),
    )


def find_counterfactual(
    model: Recommender, history: Histories, item: int, *, n: int
) -> Counterfactual:
    """Return what would take an item off the model's own list of ``n``, or bring it in."""
    rank = Rescorer(model, history, item, n=n).standing(history).ranks[0]
    search = drop_from_list if rank <= n else bring_into_list
    return search(model, history, item, n=n)


def find_parameters(
    model: Recommender, train: Dataset, lists: Slates, *, names: Sequence[str], seed: int
) -> pl.DataFrame:
    """Return the shares of a model's main parameters, for everyone and by attribute.

    See `parameter_table`.
    """
    return parameter_table(model, train, lists, names=names, rng=stream(seed, "explain"))


def find_removal(model: Recommender, train: Dataset, *, seed: int) -> Removal:
    """Return what is left of scores when what their reasons name is taken away."""
    return removal_curves(
        model,
        drawn_people(train.histories, TESTED, rng=stream(seed, "users")),
        background=Background.of(train),
        rng=stream(seed, "explain"),
    )


def find_surrogate(model: Recommender, train: Dataset, *, seed: int) -> Surrogate:
    """Return a shallow tree that imitates a model."""
    return grow_surrogate(model, train, people=PEOPLE, rng=stream(seed, "explain"))
