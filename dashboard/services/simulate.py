"""Rounds of feedback, simulated by a job."""

from __future__ import annotations

from dashboard.access.person import Person
from dashboard.access.role import Action
from dashboard.jobs import queue
from dashboard.jobs.kind import Config
from dashboard.jobs.record import JobRecord
from dashboard.services.service import service

__all__ = ["simulate"]


@service(Action.RUN)
def simulate(person: Person, config: Config) -> JobRecord:
    """Ask for a simulation; the same one again is the same job."""
    return queue.submit("simulate", config, person=person)
