"""The audit that a job made, on disk: the report's own JSON, read back into what pages draw."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from audits.impact import Impact, ImpactGroup
from audits.report import AuditReport
from audits.results import Result, Suppressed
from audits.thresholds import Threshold, Verdict
from dashboard.commands.output import write_text
from dashboard.jobs.damage import from_folder

__all__ = ["has_audit", "read_audit", "write_audit"]

_FILE = "report.json"


def write_audit(report: AuditReport, folder: Path) -> None:
    """Write a report into a folder.

    Raises
    ------
    OutputError
        The folder cannot be written.
    """
    write_text(report.to_json(), folder / _FILE)


def has_audit(folder: Path) -> bool:
    """Whether a report was written into a folder; it is whole if it is there."""
    return (folder / _FILE).is_file()


@from_folder
def read_audit(folder: Path) -> AuditReport:
    """Return the report that was written into a folder; its hash is the same."""
    kept: Mapping[str, Any] = json.loads((folder / _FILE).read_text(encoding="utf-8"))
    return AuditReport(
        kept["fingerprints"],
        kept["config"],
        tuple(Result(**row) for row in kept["results"]),
        tuple(_verdict(row) for row in kept["verdicts"]),
        tuple(Suppressed(**row) for row in kept["suppressed"]),
        tuple(kept["warnings"]),
        exploration=kept["exploration"],
        thresholds=tuple(Threshold(**row) for row in kept["thresholds"]),
        tables=kept["tables"],
        impact=_impact(kept["impact"]),
    )


def _impact(kept: Mapping[str, Any] | None) -> Impact | None:
    if kept is None:
        return None
    groups = tuple(ImpactGroup(**group) for group in kept["groups"])
    return Impact(**{**kept, "groups": groups})


def _verdict(row: Mapping[str, Any]) -> Verdict:
    return Verdict(**{**row, "threshold": Threshold(**row["threshold"])})
