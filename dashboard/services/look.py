"""Looking at a run: its lists, its measures, its verdicts."""

from __future__ import annotations

from dashboard.access.person import Person, require
from dashboard.access.role import Action
from dashboard.services.service import service
from engine.config import RunConfig

__all__ = ["QUICK", "look"]

# They are learned in seconds; any other model is work of its own.
QUICK = ("popularity", "item-knn", "user-knn", "ease", "als", "hybrid")


@service(Action.LOOK)
def look(person: Person, run: RunConfig) -> None:
    """Let somebody look at a run; one whose model takes longer to learn is work to ask for.

    Raises
    ------
    AccessError
        The model is not one of `QUICK`, and the person may not run work.
    """
    if run.model not in QUICK:
        require(person, Action.RUN)
