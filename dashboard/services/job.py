"""One's own jobs: nobody hears of another person's."""

from __future__ import annotations

from dashboard.access.person import Person
from dashboard.access.role import Action
from dashboard.jobs import queue
from dashboard.jobs.record import JobRecord
from dashboard.services.service import service

__all__ = ["cancel_job", "job", "jobs", "resume_job"]


@service(Action.LOOK)
def jobs(person: Person) -> tuple[JobRecord, ...]:
    """Return the person's jobs, those at work first."""
    return queue.listed(person)


@service(Action.LOOK)
def job(person: Person, id: str) -> JobRecord:
    """Return one of the person's jobs."""
    return queue.get(id, person=person)


@service(Action.RUN)
def cancel_job(person: Person, id: str) -> JobRecord:
    """Stop one of the person's jobs."""
    return queue.cancel(id, person)


@service(Action.RUN)
def resume_job(person: Person, id: str) -> JobRecord:
    """Ask again for one of the person's jobs that failed or was stopped."""
    return queue.resume(id, person)
