"""What a page or a call waits for: a model that learns, an audit, a text."""

from __future__ import annotations

from dashboard.access.person import Person
from dashboard.access.role import Action
from dashboard.jobs import queue
from dashboard.jobs.fitting import NotYetError
from dashboard.jobs.record import JobRecord
from dashboard.services.service import service

__all__ = ["ask_for_work"]


@service(Action.RUN)
def ask_for_work(person: Person, needed: NotYetError) -> JobRecord:
    """Ask for the job that a page or a call waits for."""
    return queue.submit(needed.kind, needed.config, person=person)
