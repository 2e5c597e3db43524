"""Looking at a run: its lists, its measures, its verdicts."""

from __future__ import annotations

from dashboard.access.person import Person
from dashboard.access.role import Action
from dashboard.services.service import service
from engine.config import RunConfig

__all__ = ["look"]


@service(Action.LOOK)
def look(_person: Person, _run: RunConfig) -> None:
    """Let somebody look at a run.

    A model that takes minutes to learn is learned by a job, and asking for a job is more than
    looking: see `dashboard.jobs.queue.submit`.
    """
