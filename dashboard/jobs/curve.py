"""Jobs that measure one policy at every tenth of the exploration rate."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from audits.data import prepare
from audits.settings import Settings
from dashboard.access.person import Person
from dashboard.exploration import RATES, measure_rates
from dashboard.jobs import queue
from dashboard.jobs.curve_files import write_curve
from dashboard.jobs.data import split_for
from dashboard.jobs.fitting import is_slow, kept_in, wanted_fit
from dashboard.jobs.kind import Config, Kind, Task
from dashboard.jobs.settings import check_model, check_names, number
from engine.config import RunConfig
from engine.dataset import Dataset
from engine.models.base import Recommender
from engine.policies.context import PolicyContext
from engine.policies.registry import find_policy
from engine.recommend import fit_model

__all__ = ["KIND", "takes_a_job", "wanted_curve"]

SETTINGS = ("dataset", "model", "policy", "seed", "n", "by")
# Eleven rates of a policy over MovieLens-100K are 1.6 million scores each and take seconds.
_MOST_CELLS = 4_000_000


def takes_a_job(train: Dataset) -> bool:
    """Whether a curve over these data takes so long that no page should wait for it."""
    return train.n_users * train.n_items > _MOST_CELLS


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
    check_model(str(config["model"]))
    find_policy(str(config["policy"]))
    return {
        "dataset": str(config["dataset"]),
        "model": str(config["model"]),
        "policy": str(config["policy"]),
        "seed": number(config, "seed", usual=7),
        "n": number(config, "n", usual=10, least=1),
        "by": str(config.get("by", "")),
    }


def _run(task: Task) -> None:
    config = task.config
    run = RunConfig(
        *(config["dataset"], config["model"], config["policy"]),
        rate=0.0,
        n=config["n"],
        seed=config["seed"],
    )
    task.report(0, 3, "data")
    parts = split_for(task)
    train = parts.train
    task.report(1, 3, "fit")
    model = _fitted(run, train, task.person)
    task.report(2, 3, "rates")
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
        by=tuple(filter(None, config["by"].split(","))),
        settings=Settings(seed=run.seed),
    )
    write_curve(settings, task.folder)


def _fitted(run: RunConfig, train: Dataset, person: Person) -> Recommender:
    """Fit, where the job that fits has left its stand; what is missing there is learned here."""
    if not is_slow(run.model):
        return fit_model(run, train)
    folder = queue.folder_of("fit", wanted_fit(run), person=person)
    return fit_model(run, train, watch=kept_in(folder))


KIND = Kind("curve", _check, _run)
