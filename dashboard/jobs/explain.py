"""Jobs that ask a model why, where the answer takes more scores than a page can wait for."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Literal, get_args

from dashboard.jobs.answer_files import has_answer, write_answer
from dashboard.jobs.kind import Config, Kind, Task
from dashboard.jobs.reading import split_for
from dashboard.jobs.running import check_run, fit_in_job, run_of
from dashboard.jobs.settings import check_names, check_one_of, share
from dashboard.reasoning import (
    find_counterfactual,
    find_parameters,
    find_reason,
    find_removal,
    find_surrogate,
    history_of,
)
from engine.config import RunConfig
from engine.dataset import Dataset
from engine.explanations.explanation import GameName
from engine.explanations.methods import METHODS
from engine.models.base import Recommender
from engine.policies.context import PolicyContext
from engine.recommend import list_everyone

__all__ = ["KIND", "Why", "wanted_answer"]

Why = Literal["reason", "counterfactual", "parameters", "removal", "surrogate"]
_GAMES: tuple[GameName, ...] = get_args(GameName)
# What each question names beside the run.
_ASKED: Mapping[Why, tuple[str, ...]] = {
    "reason": ("user", "item", "method", "game"),
    "counterfactual": ("user", "item"),
    "parameters": ("names",),
    "removal": (),
    "surrogate": (),
}
_RUN = ("dataset", "model", "policy", "rate", "seed", "n")
SETTINGS = (*_RUN, "why", *dict.fromkeys(name for names in _ASKED.values() for name in names))


def wanted_answer(run: RunConfig, why: Why, asked: Mapping[str, str]) -> dict[str, Any]:
    """Return the settings of the job that asks; people and items by their ids."""
    return {**run.to_dict(), "why": why, **asked}


def _check(config: Config) -> dict[str, Any]:
    check_names(config, known=SETTINGS, needed=("dataset", "model", "policy", "why"))
    check_one_of(config, "why", tuple(_ASKED))
    own = _ASKED[config["why"]]
    known = (*_RUN, "why", *own)
    check_names(config, known=known, needed=own)
    if "method" in own:
        check_one_of(config, "method", tuple(METHODS))
        check_one_of(config, "game", _GAMES)
    asked = {name: str(config[name]) for name in own}
    checked = {**check_run(config), "rate": share(config, "rate"), "why": config["why"], **asked}
    run_of(checked)
    return checked


def _run(task: Task) -> None:
    if has_answer(task.folder):
        return
    run, config = run_of(task.config), task.config
    task.report(0, 3, "data")
    train = split_for(task).train
    for name, row in (("user", train.user_row), ("item", train.item_row)):
        if name in config:
            row(config[name])
    task.report(1, 3, "fit")
    model = fit_in_job(run, train, person=task.person)
    task.report(2, 3, "reasons")
    write_answer(_ANSWERS[config["why"]](config, run, train, model), task.folder)


def _reason(config: Config, run: RunConfig, train: Dataset, model: Recommender) -> object:
    return find_reason(
        model,
        train,
        history_of(train, config["user"]),
        train.item_row(config["item"]),
        method=config["method"],
        game=config["game"],
        seed=run.seed,
    )


def _counterfactual(config: Config, run: RunConfig, train: Dataset, model: Recommender) -> object:
    item = train.item_row(config["item"])
    return find_counterfactual(model, history_of(train, config["user"]), item, n=run.n)


def _parameters(config: Config, run: RunConfig, train: Dataset, model: Recommender) -> object:
    lists = list_everyone(run, PolicyContext(train, model, train.histories))
    names = tuple(filter(None, config["names"].split(",")))
    return find_parameters(model, train, lists, names=names, seed=run.seed)


def _removal(_config: Config, run: RunConfig, train: Dataset, model: Recommender) -> object:
    return find_removal(model, train, seed=run.seed)


def _surrogate(_config: Config, run: RunConfig, train: Dataset, model: Recommender) -> object:
    return find_surrogate(model, train, seed=run.seed)


_ANSWERS: Mapping[Why, Callable[[Config, RunConfig, Dataset, Recommender], object]] = {
    "reason": _reason,
    "counterfactual": _counterfactual,
    "parameters": _parameters,
    "removal": _removal,
    "surrogate": _surrogate,
}
KIND = Kind("explain", _check, _run)
