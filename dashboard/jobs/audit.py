"""Jobs that audit a run over data too large for a page to wait."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from audits.threshold_files import read_preset
from dashboard.jobs.audit_files import write_audit
from dashboard.jobs.kind import Config, Kind, Task
from dashboard.jobs.reading import dataset_of, split_for
from dashboard.jobs.running import check_run, fit_in_job, run_of
from dashboard.jobs.settings import check_names, share
from dashboard.run_audit import audit_run
from engine.config import RunConfig

__all__ = ["KIND", "wanted_audit"]

SETTINGS = ("dataset", "model", "policy", "rate", "seed", "n", "presets")
_STEPS = 3


def wanted_audit(run: RunConfig, presets: Sequence[str]) -> dict[str, Any]:
    """Return the settings of the job that audits a run."""
    return {**run.to_dict(), "presets": ",".join(presets)}


def _check(config: Config) -> dict[str, Any]:
    check_names(config, known=SETTINGS, needed=("dataset", "model", "policy"))
    presets = str(config.get("presets", ""))
    for name in _presets(presets):
        read_preset(name)
    checked = {**check_run(config), "rate": share(config, "rate"), "presets": presets}
    run_of(checked)
    return checked


def _run(task: Task) -> None:
    run = run_of(task.config)
    task.report(0, _STEPS, "data")
    log = dataset_of(run.dataset, person=task.person)
    split = split_for(task)
    train = split.train
    task.report(1, _STEPS, "fit")
    model = fit_in_job(run, train, person=task.person)
    task.report(2, _STEPS, "audit")
    presets = _presets(task.config["presets"])
    made = audit_run(run, presets, log=log, split=split, model=model)
    write_audit(made, task.folder)


def _presets(text: str) -> list[str]:
    return [name for name in text.split(",") if name]


KIND = Kind("audit", _check, _run)
