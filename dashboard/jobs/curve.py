"""Jobs that measure one policy at every tenth of the exploration rate."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from audits.data import prepare
from audits.settings import Settings
from dashboard.components.attributes import group_options
from dashboard.exploration import RATES, measure_rates
from dashboard.jobs.curve_files import write_curve
from dashboard.jobs.kind import Config, Kind, Task
from dashboard.jobs.reading import dataset_of, split_for
from dashboard.jobs.running import check_run, fit_in_job, run_of
from dashboard.jobs.settings import check_names
from engine.config import RunConfig
from engine.policies.context import PolicyContext

__all__ = ["KIND", "wanted_curve"]

SETTINGS = ("dataset", "model", "policy", "seed", "n", "by")


def wanted_curve(greedy: RunConfig, by: Sequence[str]) -> dict[str, Any]:
    """Return the settings of the job that measures a run's policy."""
    return {
        "dataset": greedy.dataset,
        "model": greedy.model,
        "policy": greedy.policy,
        "seed": greedy.seed,
        "n": greedy.n,
        "by": ",".join(by),
    }


def _check(config: Config) -> dict[str, Any]:
    check_names(config, known=SETTINGS, needed=("dataset", "model", "policy"))
    return {**check_run(config), "by": str(config.get("by", ""))}


def _run(task: Task) -> None:
    config, run = task.config, run_of(task.config)
    task.report(0, 3, "data")
    parts = split_for(task)
    train = parts.train
    task.report(1, 3, "fit")
    model = fit_in_job(run, train, person=task.person)
    task.report(2, 3, "rates")
    by = tuple(filter(None, config["by"].split(",")))
    settings = measure_rates(
        run,
        RATES,
        context=PolicyContext(train, model, train.histories),
        data=prepare(
            interactions=train.interactions,
            held_out=parts.held_out,
            users=train.users,
            items=train.items,
        ),
        by=by,
        together=group_options(dataset_of(run.dataset, person=task.person)) if by else (),
        settings=Settings(seed=run.seed),
    )
    write_curve(settings, task.folder)


KIND = Kind("curve", _check, _run)
