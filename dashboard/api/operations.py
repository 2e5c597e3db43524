"""Every operation, and how it comes to its answer."""

from __future__ import annotations

import json
from functools import partial
from typing import Any

import polars as pl

from dashboard import loaders
from dashboard.access.person import Person
from dashboard.access.role import Action
from dashboard.api import job_answers, schemas
from dashboard.api.operation import Operation, Request
from dashboard.commands.explanation_text import counterfactual_json, explanation_json
from dashboard.commands.json_forms import justification_json, recommendations_json
from dashboard.services.audit import audit
from dashboard.services.catalogue import datasets, models, policies
from dashboard.services.explain import Why, explain
from dashboard.services.facts import facts_about
from dashboard.services.recommend import recommend
from dashboard.services.simulate import simulate
from dashboard.services.words import words
from engine.config import RunConfig
from engine.dataset import Dataset
from engine.errors import OptionError, UnknownNameError
from engine.explanations.counterfactual import Counterfactual
from engine.shortfall import find_shortfall

__all__ = ["OPERATIONS"]

MOST_ROWS = 200_000
_RUN = ("dataset", "model", "policy", "rate", "n", "seed")


def _run(person: Person, asked: Request) -> RunConfig:
    """Return the run; a data set is one of the person's by name, never a path on this machine."""
    names = [row["name"] for row in datasets(person)]
    if asked.body["dataset"] not in names:
        raise UnknownNameError(
            "no data set is called {name}; there are {names}",
            name=asked.body["dataset"],
            names=", ".join(names),
        )
    return RunConfig(**{name: asked.body[name] for name in _RUN if name in asked.body})


def _train(run: RunConfig) -> Dataset:
    """Return what the pages learn from: all but what is held out."""
    return loaders.split(run.dataset, run.seed).train


def _recommend(person: Person, asked: Request) -> dict[str, Any]:
    run = _run(person, asked)
    train, users = _train(run), asked.body.get("users")
    if users is not None:
        _check_users(users, train, run.n)
    elif train.n_users * run.n > MOST_ROWS:
        raise OptionError(
            "everyone's lists are more than {most} rows; name those you want in users",
            most=MOST_ROWS,
        )
    table, achieved = recommend(person, run, train, model=loaders.fitted(run))
    if users is not None:
        table = table.filter(pl.col("user_id").is_in(users))
    about = recommendations_json(run, train, table, achieved, users=users)
    return {**about, "recommendations": table.to_dicts()}


def _check_users(users: list[str], train: Dataset, n: int) -> None:
    """Refuse users nobody knows, and a question that has no item for an answer."""
    if len(find_shortfall(train, n=n, users=users).nothing_left) == len(users):
        raise OptionError(
            "{users} had all {items} items already, so nothing is left to recommend; name "
            "somebody else",
            users=", ".join(users),
            items=train.n_items,
        )


def _why(asked: Request) -> Why:
    names = ("user", "item", "method", "game", "against", "n", "seed")
    return Why(**{name: asked.body[name] for name in names if name in asked.body})


def _explain(person: Person, asked: Request) -> dict[str, Any]:
    run, why = _run(person, asked), _why(asked)
    train = _train(run)
    found = explain(person, why, train, fit=partial(loaders.fitted, run))
    form = (
        counterfactual_json(found, train)
        if isinstance(found, Counterfactual)
        else explanation_json(found, train)
    )
    return {"user_id": why.user, "item_id": why.item, **form}


def _justify(person: Person, asked: Request) -> dict[str, Any]:
    run, body = _run(person, asked), asked.body
    facts = facts_about(person, _why(asked), _train(run), fit=partial(loaders.fitted, run))
    found = words(
        person,
        facts,
        language=body["language"],
        audience=body["audience"],
        generator=body["generator"],
    )
    return justification_json(found)


def _audit(person: Person, asked: Request) -> Any:
    return json.loads(audit(person, _run(person, asked), presets=asked.body["presets"]).to_json())


def _simulate(person: Person, asked: Request) -> dict[str, Any]:
    _run(person, asked)
    return job_answers.describe(simulate(person, {k: str(v) for k, v in asked.body.items()}))


OPERATIONS: tuple[Operation, ...] = (
    Operation(
        "GET", "/datasets", "datasets", "Data sets: everybody's, and your own", Action.LOOK,
        lambda person, _asked: {"datasets": datasets(person)},
    ),
    Operation(
        "GET", "/models", "models", "Models", Action.LOOK,
        lambda person, _asked: {"models": models(person)},
    ),
    Operation(
        "GET", "/policies", "policies", "Policies", Action.LOOK,
        lambda person, _asked: {"policies": policies(person)},
    ),
    Operation(
        "POST", "/recommend", "recommend", "Lists, with the chance of each place", Action.RUN,
        _recommend, schemas.RECOMMEND,
    ),
    Operation(
        "POST", "/explain", "explain", "Why one item has its score for one person", Action.LOOK,
        _explain, schemas.EXPLAIN,
    ),
    Operation(
        "POST", "/justify", "justify", "The reason in words, every claim checked", Action.LOOK,
        _justify, schemas.JUSTIFY,
    ),
    Operation(
        "POST", "/audit", "audit", "The whole audit of a run, judged by thresholds", Action.LOOK,
        _audit, schemas.AUDIT,
    ),
    Operation(
        "POST", "/simulate", "simulate", "Rounds of feedback, by a job", Action.RUN,
        _simulate, schemas.SIMULATE,
    ),
    Operation(
        "GET", "/jobs", "jobs", "Your jobs", Action.LOOK, job_answers.jobs,
    ),
    Operation(
        "GET", "/jobs/{id}", "job", "One of your jobs", Action.LOOK, job_answers.job,
    ),
    Operation(
        "GET", "/jobs/{id}/result", "result", "What came out of a simulation", Action.LOOK,
        job_answers.result,
    ),
    Operation(
        "DELETE", "/jobs/{id}", "cancel", "Stop one of your jobs", Action.RUN, job_answers.stop,
    ),
)  # fmt: skip
