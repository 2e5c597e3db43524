"""Reasons, computed once and kept within bounds; see `dashboard.loaders`."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import polars as pl

from dashboard import loaders
from dashboard.access.session import current_person
from dashboard.jobs import queue
from dashboard.jobs.answer_files import read_answer
from dashboard.jobs.costs import is_quick, reason_seconds, study_seconds
from dashboard.jobs.explain import Why, wanted_answer
from dashboard.jobs.fitting import NotYetError
from dashboard.owned import owned
from dashboard.reasoning import (
    find_counterfactual,
    find_parameters,
    find_reason,
    find_removal,
    find_surrogate,
    history_of,
)
from engine.config import RunConfig, stream
from engine.explanations.attribution import explain
from engine.explanations.contrastive import SlateReasons, explain_above, explain_slate
from engine.explanations.counterfactual import Counterfactual
from engine.explanations.explanation import Explanation, GameName, Method
from engine.explanations.fidelity_curve import Removal
from engine.explanations.groups import group_players
from engine.explanations.methods import METHODS, automatic_method
from engine.explanations.placement import Placement, explain_place
from engine.explanations.question import Question, runner_ups
from engine.explanations.rescoring import Rescorer
from engine.explanations.surrogate import Surrogate
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


def _history(run: RunConfig, user: str) -> Histories:
    return history_of(loaders.split(run.dataset, run.seed).train, user)


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


def reason(run: RunConfig, user: str, item: int, method: Method, game: GameName) -> Explanation:
    """Return why one item has its score, by one method in one game.

    Raises
    ------
    NotYetError
        It takes more scores than a page can wait for, and no job has found it yet.
    """
    own, train = _own(run), loaders.split(run.dataset, run.seed).train
    history = history_of(train, user)
    groups = group_players(history, train.items) if game == "attributes" else history.items
    if is_quick(reason_seconds(run.model, train, method=method, players=len(groups))):
        return _reason(own, user, item, method, game)
    asked = {"user": user, "item": train.item_ids[item], "method": method, "game": game}
    found: Explanation = _by_job(own, "reason", tuple(asked.items()))
    return found


@owned(128)
def _reason(run: RunConfig, user: str, item: int, method: Method, game: GameName) -> Explanation:
    train = loaders.split(run.dataset, run.seed).train
    return find_reason(
        loaders.fitted(run),
        train,
        history_of(train, user),
        item,
        method=method,
        game=game,
        seed=run.seed,
    )


def _own(run: RunConfig) -> RunConfig:
    """Return the run whose model alone counts: scores know no policy and no rate."""
    return replace(run, policy="greedy", rate=0.0)


@owned(64)
def _by_job(run: RunConfig, why: Why, asked: tuple[tuple[str, str], ...] = ()) -> Any:
    loaders.learn_first(run)
    wanted = wanted_answer(run, why, dict(asked))
    folder = queue.result("explain", wanted, person=current_person())
    if folder is None:
        raise NotYetError("explain", wanted)
    return read_answer(folder)


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


def counterfactual(run: RunConfig, user: str, item: int) -> Counterfactual:
    """Return what would take an item off the model's own list, or bring it in.

    Raises
    ------
    NotYetError
        As for `reason`.
    """
    own, train = _own(run), loaders.split(run.dataset, run.seed).train
    players = len(history_of(train, user).items)
    if is_quick(reason_seconds(run.model, train, method="counterfactual", players=players)):
        return _counterfactual(own, user, item)
    asked = (("user", user), ("item", train.item_ids[item]))
    found: Counterfactual = _by_job(own, "counterfactual", asked)
    return found


@owned(64)
def _counterfactual(run: RunConfig, user: str, item: int) -> Counterfactual:
    return find_counterfactual(loaders.fitted(run), _history(run, user), item, n=run.n)


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


def parameters(run: RunConfig, names: tuple[str, ...]) -> pl.DataFrame:
    """Return the shares of a model's main parameters, for everyone and by attribute.

    Raises
    ------
    NotYetError
        As for `reason`.
    """
    if _is_quick(run, "parameters"):
        return _parameters(run, names)
    found: pl.DataFrame = _by_job(run, "parameters", (("names", ",".join(names)),))
    return found


@owned(16)
def _parameters(run: RunConfig, names: tuple[str, ...]) -> pl.DataFrame:
    train = loaders.split(run.dataset, run.seed).train
    return find_parameters(
        loaders.fitted(run), train, loaders.slates(run), names=names, seed=run.seed
    )


def removal(run: RunConfig) -> Removal:
    """Return what is left of scores when what their reasons name is taken away.

    Raises
    ------
    NotYetError
        As for `reason`.
    """
    if _is_quick(run, "removal"):
        return _removal(_own(run))
    found: Removal = _by_job(_own(run), "removal")
    return found


@owned(16)
def _removal(run: RunConfig) -> Removal:
    train = loaders.split(run.dataset, run.seed).train
    return find_removal(loaders.fitted(run), train, seed=run.seed)


def surrogate(run: RunConfig) -> Surrogate:
    """Return a shallow tree that imitates a model.

    Raises
    ------
    NotYetError
        As for `reason`.
    """
    if _is_quick(run, "surrogate"):
        return _surrogate(_own(run))
    found: Surrogate = _by_job(_own(run), "surrogate")
    return found


@owned(16)
def _surrogate(run: RunConfig) -> Surrogate:
    train = loaders.split(run.dataset, run.seed).train
    return find_surrogate(loaders.fitted(run), train, seed=run.seed)


def _is_quick(run: RunConfig, why: Why) -> bool:
    train = loaders.split(run.dataset, run.seed).train
    return is_quick(study_seconds(run.model, train, why))
