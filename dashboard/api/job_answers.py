"""Jobs over the API: how they stand, and what came out."""

from __future__ import annotations

import argparse
import json
from typing import Any

from dashboard import loaders
from dashboard.access.person import Person
from dashboard.api.operation import Request
from dashboard.commands.simulate import add_arguments, result_json
from dashboard.experiment import measures_in, scan_feedback
from dashboard.findings import find
from dashboard.jobs.record import JobRecord, State
from dashboard.jobs.simulate import options_of
from dashboard.services import job as service
from engine.errors import CapabilityError

__all__ = ["describe", "job", "jobs", "result", "stop"]


def describe(record: JobRecord) -> dict[str, Any]:
    """Return how a job stands."""
    return {
        "id": record.id,
        "kind": record.kind,
        "config": dict(record.config),
        "state": record.state.value,
        "done": record.done,
        "total": record.total,
        "stage": record.stage,
        "error": None if record.error is None else str(record.error),
    }


def jobs(person: Person, _asked: Request) -> dict[str, Any]:
    """Answer with all of the person's jobs."""
    return {"jobs": [describe(record) for record in service.jobs(person)]}


def job(person: Person, asked: Request) -> dict[str, Any]:
    """Answer with one of them."""
    return describe(service.job(person, asked.path["id"]))


def stop(person: Person, asked: Request) -> dict[str, Any]:
    """Stop one of them."""
    return describe(service.cancel_job(person, asked.path["id"]))


def result(person: Person, asked: Request) -> Any:
    """Answer with what `recscope simulate --json` prints."""
    record = service.job(person, asked.path["id"])
    if record.kind != "simulate" or record.state is not State.DONE or record.result is None:
        raise CapabilityError(
            "job {id} has no result to send: its state is {state}",
            id=record.id,
            state=record.state.value,
        )
    options = options_of(record.config)
    parser = argparse.ArgumentParser()
    add_arguments(parser)
    experiment = loaders.experiment(options)
    found = find(measures_in(experiment, record.result), experiment.arms)
    feedback = scan_feedback(experiment, record.result)
    return json.loads(result_json(parser.parse_args(list(options)), experiment, found, feedback))
