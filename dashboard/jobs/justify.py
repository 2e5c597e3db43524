"""Jobs that have a language model write the reasons of one person's list, or of one item."""

from __future__ import annotations

import os
from hashlib import sha256
from typing import Any

from dashboard.jobs.justify_files import keep_words, kept_words
from dashboard.jobs.kind import Config, Kind, Task
from dashboard.jobs.reading import split_for
from dashboard.jobs.running import check_run, fit_in_job, run_of
from dashboard.jobs.settings import check_names, share
from engine.config import RunConfig, stream
from engine.dataset import Dataset
from engine.errors import AssetError, CapabilityError, OptionError
from engine.explanations.attribution import explain_each
from engine.justifications.clauses import Audience
from engine.justifications.endpoint import endpoint_from
from engine.justifications.facts import FactRecord
from engine.justifications.gathering import item_facts, place_facts
from engine.justifications.justify import justify
from engine.justifications.local_weights import is_at_hand
from engine.justifications.sources import GeneratorName, make_generator
from engine.justifications.template import LANGUAGES
from engine.models.base import Recommender
from engine.policies.context import PolicyContext
from engine.policies.registry import make_policy
from engine.recommend import recommend

__all__ = ["KIND", "wanted_words"]

RUN = ("dataset", "model", "policy", "rate", "seed", "n")
SETTINGS = (*RUN, "user", "item", "language", "audience", "generator", "writer")
AUDIENCES = ("user", "reviewer")
WRITERS = ("local", "endpoint")


def wanted_words(
    run: RunConfig,
    user: str,
    *,
    language: str,
    audience: Audience,
    generator: GeneratorName,
    item: str | None = None,
) -> dict[str, Any]:
    """Return the settings of the job that writes.

    Without an item it writes about each place of the person's list; an ``item`` stands for
    itself, wherever it would be listed.
    """
    wanted = {
        **run.to_dict(),
        "user": user,
        "language": language,
        "audience": audience,
        "generator": generator,
    }
    return wanted if item is None else {**wanted, "item": item}


def _check(config: Config) -> dict[str, Any]:
    check_names(config, known=SETTINGS, needed=("dataset", "model", "policy", "user", "generator"))
    checked = {
        **check_run(config),
        "rate": share(config, "rate"),
        "user": str(config["user"]),
        "language": _one_of(config, "language", tuple(LANGUAGES)),
        "audience": _one_of(config, "audience", AUDIENCES),
        "generator": _one_of(config, "generator", WRITERS),
    }
    if "item" in config:
        checked["item"] = str(config["item"])
    run_of(checked)
    return checked | {"writer": _writer(checked["generator"])}


def _one_of(config: Config, name: str, known: tuple[str, ...]) -> str:
    value = config.get(name, known[0])
    if value not in known:
        raise OptionError(
            "{name} is {value}; choose from {names}",
            name=name,
            value=value,
            names=", ".join(known),
        )
    return str(value)


def _writer(generator: str) -> str:
    """Return what stands for the language model, so that no text passes for another's.

    Raises
    ------
    AssetError
        Its weights are not on this machine; nothing is downloaded.
    OptionError
        No endpoint is configured.
    """
    if generator == "local":
        if not is_at_hand():
            raise AssetError(
                "the language model is not on this machine yet. Run “recscope fetch smollm2”, "
                "then try again"
            )
        return "smollm2"
    endpoint = endpoint_from(os.environ)
    if endpoint is None:
        raise CapabilityError(
            "no language model server is configured; set RECSCOPE_LLM_URL, for example to "
            "http://127.0.0.1:8080/v1"
        )
    return sha256(f"{endpoint.url}\0{endpoint.model}".encode()).hexdigest()[:16]


def _run(task: Task) -> None:
    config, run = task.config, run_of(task.config)
    steps = 1 if "item" in config else run.n
    task.report(0, steps, "data")
    train = split_for(task).train
    train.user_row(config["user"])
    task.report(0, steps, "fit")
    model = fit_in_job(run, train, person=task.person)
    records = _records(config, run, train, model)
    task.report(0, len(records), "words")
    missing = [facts for facts in records if kept_words(facts, task.folder) is None]
    if missing and _writer(config["generator"]) != config["writer"]:
        raise OptionError(
            "the language model server of this worker is not the one that was asked for; ask again"
        )
    generator = make_generator(config["generator"]) if missing else None
    for facts in missing:
        found = justify(
            facts,
            language=config["language"],
            audience=config["audience"],
            generator=generator,
        )
        if found.trouble is not None:
            raise found.trouble
        keep_words(found, task.folder)
        written = sum(kept_words(each, task.folder) is not None for each in records)
        task.report(written, len(records), "words")


def _records(
    config: Config, run: RunConfig, train: Dataset, model: Recommender
) -> list[FactRecord]:
    """Return what may be said: about one item, or about each place of the list."""
    row = train.user_row(config["user"])
    history = train.histories.take([row])
    if "item" in config:
        return [item_facts(model, history, train.item_row(config["item"]), train, n=run.n)]
    context = PolicyContext(train, model, train.histories)
    policy = make_policy(run.policy, context)
    shown = recommend(
        model,
        train.histories,
        policy=policy,
        rate=run.rate,
        n=run.n,
        rng=stream(run.seed, "policy"),
    )
    own = shown.take([row])
    items = [int(item) for item in own.items[0] if item >= 0]
    reasons = {why.target: why for why in explain_each(model, history, targets=items)}
    return [
        place_facts(
            model,
            history,
            train,
            own,
            place=place,
            explanation=reasons[item],
            near=policy.is_near(row, item) if own.explored[0, place] else None,
        )
        for place, item in enumerate(items)
    ]


KIND = Kind("justify", _check, _run)
