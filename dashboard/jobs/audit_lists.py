"""Jobs that audit the lists somebody brought, where they are too many for a page to wait."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from audits.threshold_files import read_preset
from dashboard.jobs.audit_files import has_audit, write_audit
from dashboard.jobs.kind import Config, Kind, Task
from dashboard.jobs.settings import check_brought, check_names, number
from dashboard.own_audit import audit_lists
from dashboard.uploads.staged import staged, unstage

__all__ = ["KIND", "wanted_lists_audit"]

SETTINGS = ("dataset", "presets", "seed")


def wanted_lists_audit(name: str, presets: Sequence[str], *, seed: int) -> dict[str, Any]:
    """Return the settings of the job that audits tables of `dashboard.uploads.staged`."""
    return {"dataset": name, "presets": ",".join(presets), "seed": seed}


def _check(config: Config) -> dict[str, Any]:
    check_names(config, known=SETTINGS, needed=("dataset",))
    check_brought(config)
    presets = str(config.get("presets", ""))
    for name in _presets(presets):
        read_preset(name)
    return wanted_lists_audit(
        str(config["dataset"]), _presets(presets), seed=number(config, "seed", usual=7)
    )


def _run(task: Task) -> None:
    name = str(task.config["dataset"])
    task.report(0, 2, "data")
    if not has_audit(task.folder):
        tables = staged(name, person=task.person)
        task.report(1, 2, "audit")
        made = audit_lists(tables, _presets(task.config["presets"]), seed=task.config["seed"])
        write_audit(made, task.folder)
    unstage(name, person=task.person)
    task.report(2, 2, "audit")


def _presets(text: str) -> list[str]:
    return [name for name in text.split(",") if name]


KIND = Kind("audit-lists", _check, _run)
