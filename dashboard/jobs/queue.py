"""Asking for long work, and hearing of one's own: nobody sees another person's jobs."""

from __future__ import annotations

import os
import time
from pathlib import Path

from dashboard.access.person import Person, require
from dashboard.access.role import Action
from dashboard.jobs import keeper, place
from dashboard.jobs.data import data_of
from dashboard.jobs.kind import Config, Plan
from dashboard.jobs.kinds import find_kind
from dashboard.jobs.record import JobRecord, State
from dashboard.jobs.table import Asked
from engine.errors import UnknownNameError

__all__ = [
    "QUOTA",
    "cancel",
    "folder_of",
    "forget",
    "get",
    "listed",
    "result",
    "resume",
    "same",
    "seconds_left",
    "submit",
]

# So many jobs of one person may wait or run; RECSCOPE_JOBS_PER_PERSON says otherwise.
QUOTA = 8


def submit(kind: str, config: Config, *, person: Person) -> JobRecord:
    """Ask for a job; the same one again is the same job, and a stopped one goes on.

    A result that is there already is the job's at once. One made from a public data set serves
    everybody, one made from a person's own data that person alone.

    Raises
    ------
    AccessError
        The person may not run work, or has used up what one may have at work.
    UnknownNameError, OptionError
        There is no such kind, or its settings are wrong.
    OutputError
        The list of jobs cannot be used.
    """
    require(person, Action.RUN)
    plan = _plan(kind, config, person=person)
    record = place.table().submit(
        Asked(person.identity, kind, plan.config, plan.hash, plan.work),
        quota=int(os.environ.get("RECSCOPE_JOBS_PER_PERSON", QUOTA)),
        ready=place.results().finished(plan.work, plan.hash),
    )
    keeper.tend()
    return record


def get(id: str, *, person: Person) -> JobRecord:
    """Return one of the person's jobs.

    Raises
    ------
    UnknownNameError
        The person has no such job.
    """
    found = place.table().find(id)
    if found is None or found.owner != person.identity:
        raise UnknownNameError("you have no job {id}; recscope jobs lists yours", id=id)
    if found.active:
        keeper.tend()
    return found


def listed(person: Person) -> tuple[JobRecord, ...]:
    """Return the person's jobs: those at work first, then the newest."""
    found = place.table().of(person.identity)
    if any(record.active for record in found):
        keeper.tend()
    return found


def same(kind: str, config: Config, *, person: Person) -> JobRecord | None:
    """Return the person's job of that kind with those settings; None if there was none."""
    hash = _plan(kind, config, person=person).hash
    return next((record for record in listed(person) if record.hash == hash), None)


def seconds_left(record: JobRecord) -> float | None:
    """Return how long a job runs yet: at its pace, else as long as the last such job took in all.

    None while that cannot be said, or when it takes longer than that one.
    """
    left = record.seconds_left()
    if left is not None or record.state is not State.RUNNING or record.started is None:
        return left
    usual = place.table().usual_seconds(record)
    passed = time.time() - record.started
    return None if usual is None or usual <= passed else usual - passed


def cancel(id: str, person: Person) -> JobRecord:
    """Take back one of the person's jobs; a running one stops at the end of its step.

    Raises
    ------
    UnknownNameError
        The person has no such job.
    """
    get(id, person=person)
    found = place.table().cancel(id)
    return get(id, person=person) if found is None else found


def resume(id: str, person: Person) -> JobRecord:
    """Ask again for a job that failed or was cancelled; what it has done is kept.

    Raises
    ------
    UnknownNameError
        The person has no such job.
    AccessError
        As for `submit`.
    """
    found = get(id, person=person)
    return submit(found.kind, found.config, person=person)


def forget(dataset: str, *, person: Person) -> None:
    """Take back the person's jobs about a data set of their own, and remove what they made."""
    for record in place.table().of(person.identity):
        if record.config.get("dataset") == dataset:
            place.table().cancel(record.id)
            place.results().remove(record.work)


def folder_of(kind: str, config: Config, *, person: Person) -> Path:
    """Return where a job of these settings works, begun or not."""
    return place.results().path(_plan(kind, config, person=person).work)


def result(kind: str, config: Config, *, person: Person) -> Path | None:
    """Return the folder with the whole result, whoever made it; None if it is not there."""
    plan = _plan(kind, config, person=person)
    return place.results().finished(plan.work, plan.hash)


def _plan(kind: str, config: Config, *, person: Person) -> Plan:
    found = find_kind(kind)
    checked = found.check(config)
    return Plan(found, checked, data_of(str(checked["dataset"]), person=person))
