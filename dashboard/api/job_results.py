"""What came out of a job, as the command of its kind prints it with ``--json``."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from dashboard import loaders, word_loaders
from dashboard.commands.json_forms import justification_json
from dashboard.commands.simulate import result_json
from dashboard.experiment import measures_in, scan_feedback
from dashboard.findings import find
from dashboard.jobs.audit_files import read_audit
from dashboard.jobs.damage import TABLE, reading
from dashboard.jobs.justify_files import kept_words
from dashboard.jobs.kind import Config
from dashboard.jobs.record import JobRecord, State
from dashboard.jobs.running import run_of
from dashboard.jobs.simulate import parsed
from engine.errors import CapabilityError, OutputError
from engine.justifications.facts import FactRecord

__all__ = ["result_of"]


def result_of(record: JobRecord) -> Any:
    """Return what a job made.

    Raises
    ------
    CapabilityError
        It is not done, or what it made is a model, for pages and calls to use.
    """
    answer = _ANSWERS.get(record.kind)
    if answer is None or record.state is not State.DONE or record.result is None:
        raise CapabilityError(
            "job {id} has no result to send: its state is {state}",
            id=record.id,
            state=record.state.value,
        )
    return answer(record.config, record.result)


def _simulated(config: Config, folder: Path) -> Any:
    experiment = loaders.experiment(config, folder)
    if experiment is None:
        raise OutputError(
            "{folder} lacks the drift of its log; ask for the simulation again", folder=folder
        )
    with reading(folder, damage=TABLE):
        found = find(measures_in(experiment, folder), experiment.arms)
        feedback = scan_feedback(experiment, folder)
        return json.loads(result_json(parsed(config), experiment, found, feedback))


def _audited(_config: Config, folder: Path) -> Any:
    return json.loads(read_audit(folder).to_json())


def _justified(config: Config, folder: Path) -> Any:
    texts = [kept_words(facts, folder) for facts in _facts(config)]
    return {"texts": [justification_json(text) for text in texts if text is not None]}


def _facts(config: Config) -> list[FactRecord]:
    run, user = run_of(config), config["user"]
    if "item" in config:
        return [word_loaders.facts_about(run, user, config["item"])]
    row = loaders.split(run.dataset, run.seed).train.user_row(user)
    listed = int((loaders.slates(run).items[row] >= 0).sum())
    return [word_loaders.facts(run, user, place) for place in range(listed)]


_ANSWERS: dict[str, Callable[[Config, Path], Any]] = {
    "audit": _audited,
    "audit-lists": _audited,
    "justify": _justified,
    "simulate": _simulated,
}
