"""Reasons, computed once and kept within bounds; see `dashboard.loaders`."""

from __future__ import annotations

import polars as pl

from dashboard import loaders
from dashboard.owned import owned
from dashboard.parameter_table import PEOPLE, parameter_table
from engine.config import RunConfig, stream
from engine.explanations.attribution import explain
from engine.explanations.baselines import Background
from engine.explanations.contrastive import SlateReasons, explain_above, explain_slate
from engine.explanations.counterfactual import Counterfactual, bring_into_list, drop_from_list
from engine.explanations.explanation import Explanation, GameName, Method
from engine.explanations.fidelity_curve import Removal, drawn_people, removal_curves
from engine.explanations.groups import group_players
from engine.explanations.methods import METHODS, automatic_method
from engine.explanations.placement import Placement, explain_place
from engine.explanations.question import Question, runner_ups
from engine.explanations.rescoring import Rescorer
from engine.explanations.surrogate import Surrogate, grow_surrogate
from engine.explanations.what_if import Edit, WhatIf, edit_history, what_if
from engine.histories import Histories

__all__ = [
    "above",
    "changed",
    "counterfactual",
    "methods",
    "parameters",
    "placement",
    "reason",
    "reason_after",
    "removal",
    "runners_up",
    "slate_reasons",
    "surrogate",
]

# Their reasons are put to the test; each costs some hundred evaluations.
TESTED = 60


def _history(run: RunConfig, user: str) -> Histories:
    train = loaders.split(run.dataset, run.seed).train
    return train.histories.take([train.user_row(user)])


@owned(64)
def methods(run: RunConfig, user: str, item: int, game: GameName) -> tuple[Method, ...]:
    """Return the methods that can answer, the one for this model first."""
    history = _history(run, user)
    train = loaders.split(run.dataset, run.seed).train
    groups = group_players(history, train.items) if game == "attributes" else ()
    rivals = runner_ups(loaders.fitted(run), history, [item]) if game == "margin" else ()
    question = Question(
        loaders.fitted(run), history, (item,), game, competitors=rivals, groups=groups
    )
    first = automatic_method(question)
    others = [name for name in METHODS if name not in (first, "exact", "enumeration")]
    return (first, *others)


@owned(128)
def reason(run: RunConfig, user: str, item: int, method: Method, game: GameName) -> Explanation:
    """Return why one item has its score, by one method in one game."""
    return _explain(run, _history(run, user), item, method=method, game=game)


def _explain(
    run: RunConfig, history: Histories, item: int, *, method: Method, game: GameName
) -> Explanation:
    train = loaders.split(run.dataset, run.seed).train
    return explain(
        loaders.fitted(run),
        history,
        item,
        method=method,
        game=game,
        groups=group_players(history, train.items) if game == "attributes" else (),
        rng=stream(run.seed, "explain"),
    )


@owned(128)
def above(run: RunConfig, user: str, upper: int, lower: int) -> Explanation:
    """Return why one item's score lies above another's."""
    return explain_above(loaders.fitted(run), _history(run, user), upper, lower=lower)


@owned(64)
def runners_up(run: RunConfig, user: str) -> tuple[int, ...]:
    """Return the ten best items by score for one person."""
    history = _history(run, user)
    best = Rescorer(loaders.fitted(run), history, 0, n=1).first(history, n=10)[0]
    return tuple(best[best >= 0].tolist())


@owned(64)
def slate_reasons(run: RunConfig, user: str) -> SlateReasons:
    """Return why one person's whole list stands above the best items it leaves out."""
    row = loaders.split(run.dataset, run.seed).train.user_row(user)
    items = loaders.slates(run).take([row]).items[0]
    rng = stream(run.seed, "explain")
    return explain_slate(
        loaders.fitted(run), _history(run, user), items[items >= 0].tolist(), rng=rng
    )


@owned(64)
def counterfactual(run: RunConfig, user: str, item: int) -> Counterfactual:
    """Return what would take an item off the model's own list, or bring it in."""
    model, history = loaders.fitted(run), _history(run, user)
    rank = Rescorer(model, history, item, n=run.n).standing(history).ranks[0]
    search = drop_from_list if rank <= run.n else bring_into_list
    return search(model, history, item, n=run.n)


@owned(64)
def placement(run: RunConfig, user: str, place: int) -> Placement:
    """Return what put an item in its place, counted from 0."""
    history = _history(run, user)
    row = loaders.split(run.dataset, run.seed).train.user_row(user)
    scores = loaders.fitted(run).score(history)
    one = loaders.slates(run).take([row])
    return explain_place(one, scores, ~history.seen(), place=place)


@owned(64)
def changed(run: RunConfig, user: str, edit: Edit) -> WhatIf:
    """Return one person's list by score as it is, and as it would be."""
    return what_if(loaders.fitted(run), _history(run, user), edit, n=run.n)


def reason_after(run: RunConfig, user: str, item: int, edit: Edit) -> Explanation:
    """Return why an item would have its score."""
    history = edit_history(_history(run, user), edit)
    return explain(loaders.fitted(run), history, item, rng=stream(run.seed, "explain"))


@owned(16)
def parameters(run: RunConfig, names: tuple[str, ...]) -> pl.DataFrame:
    """Return the shares of a model's main parameters, for everyone and by attribute.

    See `parameter_table`.
    """
    train = loaders.split(run.dataset, run.seed).train
    rng = stream(run.seed, "explain")
    return parameter_table(loaders.fitted(run), train, loaders.slates(run), names=names, rng=rng)


@owned(16)
def removal(run: RunConfig) -> Removal:
    """Return what is left of scores when what their reasons name is taken away."""
    train = loaders.split(run.dataset, run.seed).train
    return removal_curves(
        loaders.fitted(run),
        drawn_people(train.histories, TESTED, rng=stream(run.seed, "users")),
        background=Background.of(train),
        rng=stream(run.seed, "explain"),
    )


@owned(16)
def surrogate(run: RunConfig) -> Surrogate:
    """Return a shallow tree that imitates a model."""
    train = loaders.split(run.dataset, run.seed).train
    return grow_surrogate(
        loaders.fitted(run), train, people=PEOPLE, rng=stream(run.seed, "explain")
    )
