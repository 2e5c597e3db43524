"""Every operation, and how it comes to its answer."""

from __future__ import annotations

import json
from functools import partial
from typing import Any

import polars as pl

from dashboard import loaders
from dashboard.access.person import Person, may
from dashboard.access.role import Action
from dashboard.api import answers, job_answers, own_answers, schemas
from dashboard.api.limits import MOST_BROUGHT
from dashboard.api.operation import Operation, Request
from dashboard.commands.explanation_text import counterfactual_json, explanation_json
from dashboard.commands.json_forms import justification_json, recommendations_json
from dashboard.jobs.fitting import NotYetError
from dashboard.jobs.justify import wanted_words
from dashboard.services.audit import audit
from dashboard.services.catalogue import datasets, models, policies
from dashboard.services.explain import Why, explain
from dashboard.services.facts import facts_about
from dashboard.services.recommend import recommend
from dashboard.services.simulate import simulate
from dashboard.services.words import ask_for_words, words, written
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
    language, audience, generator = body["language"], body["audience"], body["generator"]
    if generator == "template":
        found = words(person, facts, language=language, audience=audience)
        # Numbers of a record are raw scores: see `dashboard.services.explain`.
        return justification_json(found, numbers=may(person, Action.RUN))
    wanted = wanted_words(
        run,
        body["user"],
        item=body["item"],
        language=language,
        audience=audience,
        generator=generator,
    )
    text = written(person, wanted, facts)
    if text is None:
        raise NotYetError("justify", wanted)
    return justification_json(text)


def _justify_list(person: Person, asked: Request) -> dict[str, Any]:
    run, body = _run(person, asked), asked.body
    _train(run).user_row(body["user"])
    wanted = wanted_words(
        run,
        body["user"],
        language=body["language"],
        audience=body["audience"],
        generator=body["generator"],
    )
    return job_answers.describe(ask_for_words(person, wanted))


def _audit(person: Person, asked: Request) -> Any:
    return json.loads(audit(person, _run(person, asked), presets=asked.body["presets"]).to_json())


def _simulate(person: Person, asked: Request) -> dict[str, Any]:
    _run(person, asked)
    return job_answers.describe(simulate(person, {k: str(v) for k, v in asked.body.items()}))


OPERATIONS: tuple[Operation, ...] = (
    Operation(
        "GET", "/datasets", "datasets", "Data sets: everybody's, and your own", Action.LOOK,
        lambda person, _asked: {"datasets": datasets(person)}, answers.DATASETS,
    ),
    Operation(
        "POST", "/datasets", "bring", "Keep a data set of your own", Action.BRING,
        own_answers.bring, answers.BROUGHT, schemas.BRING, MOST_BROUGHT,
    ),
    Operation(
        "DELETE", "/datasets/{id}", "forget", "Remove a data set of your own", Action.BRING,
        own_answers.forget, answers.NOTHING,
    ),
    Operation(
        "GET", "/models", "models", "Models", Action.LOOK,
        lambda person, _asked: {"models": models(person)}, answers.MODELS,
    ),
    Operation(
        "GET", "/policies", "policies", "Policies", Action.LOOK,
        lambda person, _asked: {"policies": policies(person)}, answers.POLICIES,
    ),
    Operation(
        "POST", "/recommend", "recommend", "Lists, with the chance of each place", Action.RUN,
        _recommend, answers.LISTS, schemas.RECOMMEND,
    ),
    Operation(
        "POST", "/explain", "explain", "Why one item has its score for one person", Action.RUN,
        _explain, answers.EXPLANATION, schemas.EXPLAIN,
    ),
    Operation(
        "POST", "/justify", "justify", "The reason in words, every claim checked", Action.LOOK,
        _justify, answers.TEXT, schemas.JUSTIFY,
    ),
    Operation(
        "POST", "/justify-list", "justifyList",
        "The reasons of a whole list by a language model, by a job", Action.RUN,
        _justify_list, answers.JOB, schemas.JUSTIFY_LIST,
    ),
    Operation(
        "POST", "/audit", "audit", "The whole audit of a run, judged by thresholds", Action.LOOK,
        _audit, answers.REPORT, schemas.AUDIT,
    ),
    Operation(
        "POST", "/audit-lists", "auditLists", "The audit of lists of another system", Action.RUN,
        own_answers.audit_lists, answers.REPORT, schemas.AUDIT_LISTS, MOST_BROUGHT,
    ),
    Operation(
        "POST", "/simulate", "simulate", "Rounds of feedback, by a job", Action.RUN,
        _simulate, answers.JOB, schemas.SIMULATE,
    ),
    Operation(
        "GET", "/jobs", "jobs", "Your jobs", Action.LOOK, job_answers.jobs,
        answers.JOBS,
    ),
    Operation(
        "GET", "/jobs/{id}", "job", "One of your jobs", Action.LOOK, job_answers.job, answers.JOB,
    ),
    Operation(
        "GET", "/jobs/{id}/result", "result", "What came out of a job", Action.LOOK,
        job_answers.result, answers.RESULT,
    ),
    Operation(
        "DELETE", "/jobs/{id}", "cancel", "Stop one of your jobs", Action.RUN,
        job_answers.stop, answers.JOB,
    ),
)  # fmt: skip
