"""The whole audit of a run, or of lists somebody brought, judged by ready thresholds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import polars as pl

from audits.report import AuditReport
from dashboard import loaders, own_loaders
from dashboard.access.person import Person
from dashboard.access.role import Action
from dashboard.services.look import look
from dashboard.services.service import service
from engine.config import RunConfig

__all__ = ["audit", "audit_own_lists"]


@service(Action.LOOK)
def audit(person: Person, run: RunConfig, *, presets: Sequence[str]) -> AuditReport:
    """Return the kept report of a run somebody may look at."""
    look(person, run)
    return loaders.report(run, tuple(presets))


@service(Action.RUN)
def audit_own_lists(
    _person: Person, tables: Mapping[str, pl.DataFrame], *, presets: Sequence[str], seed: int
) -> AuditReport:
    """Return the report about lists of another system; long ones are audited by a job."""
    return own_loaders.lists_report(tables, tuple(presets), seed=seed)
