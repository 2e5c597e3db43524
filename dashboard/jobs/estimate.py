"""Jobs that evaluate a target on a log somebody brought, where it is too long for a page."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Any

from dashboard.jobs.estimate_files import has_told, write_told
from dashboard.jobs.kind import Config, Kind, Task
from dashboard.jobs.settings import check_brought, check_names
from dashboard.off_policy import Asked, evaluate_log
from dashboard.uploads.staged import staged, unstage
from engine.errors import OptionError
from engine.off_policy.evaluation import Settings
from engine.off_policy.support import Limits
from engine.tables import Origin

__all__ = ["KIND", "wanted_estimate"]

SETTINGS = ("dataset", "asked", "file", "first_line")


def wanted_estimate(name: str, asked: Asked, *, origin: Origin) -> dict[str, Any]:
    """Return the settings of the job that evaluates on a log of `dashboard.uploads.staged`."""
    return {
        "dataset": name,
        "asked": asdict(asked),
        "file": origin.name,
        "first_line": origin.first_line,
    }


def _check(config: Config) -> dict[str, Any]:
    check_names(config, known=SETTINGS, needed=("dataset", "asked"))
    check_brought(config)
    return wanted_estimate(
        str(config["dataset"]),
        _asked(config["asked"]),
        origin=Origin(Path(str(config.get("file", "log"))).name, config.get("first_line")),
    )


def _asked(kept: Any) -> Asked:
    try:
        settings = Settings(**{**kept["settings"], "limits": Limits(**kept["settings"]["limits"])})
        return Asked(**{**kept, "context": tuple(kept["context"]), "settings": settings})
    except (TypeError, KeyError) as error:
        raise OptionError(
            "what is asked of the log is not whole: {reason}", reason=error
        ) from error


def _run(task: Task) -> None:
    config = task.config
    name = str(config["dataset"])
    task.report(0, 2, "data")
    if not has_told(task.folder):
        log = staged(name, person=task.person)["log"]
        task.report(1, 2, "estimates")
        source = Origin(config["file"], config["first_line"])
        write_told(evaluate_log(log, _asked(config["asked"]), source=source), task.folder)
    unstage(name, person=task.person)
    task.report(2, 2, "estimates")


KIND = Kind("estimate", _check, _run)
