"""The whole audit of a run, judged by ready thresholds."""

from __future__ import annotations

from collections.abc import Sequence

from audits.report import AuditReport
from dashboard import loaders
from dashboard.access.person import Person
from dashboard.access.role import Action
from dashboard.services.look import look
from dashboard.services.service import service
from engine.config import RunConfig

__all__ = ["audit"]


@service(Action.LOOK)
def audit(person: Person, run: RunConfig, *, presets: Sequence[str]) -> AuditReport:
    """Return the kept report of a run somebody may look at."""
    look(person, run)
    return loaders.report(run, tuple(presets))
