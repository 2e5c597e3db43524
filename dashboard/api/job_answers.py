"""Jobs over the API: how they stand, and what came out."""

from __future__ import annotations

from typing import Any

from dashboard.access.person import Person
from dashboard.api.job_results import result_of
from dashboard.api.operation import Request
from dashboard.jobs.record import JobRecord
from dashboard.services import job as service

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
    """Answer with what came out of one of them."""
    return result_of(service.job(person, asked.path["id"]))
