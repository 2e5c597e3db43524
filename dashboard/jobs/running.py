"""What jobs about a run have in common: its settings, its model, and when they are worth a job."""

from __future__ import annotations

from typing import Any

from dashboard.access.person import Person
from dashboard.jobs import queue
from dashboard.jobs.fitting import fit_in, takes_job, wanted_fit
from dashboard.jobs.kind import Config
from dashboard.jobs.settings import check_model, number
from engine.config import RunConfig
from engine.dataset import Dataset
from engine.models.base import Recommender
from engine.policies.registry import find_policy
from engine.recommend import fit_model

__all__ = ["check_run", "fit_in_job", "is_large", "run_of"]

# A list for everyone of MovieLens-100K takes 1.6 million scores and a page can wait for it.
_MOST_CELLS = 4_000_000


def is_large(train: Dataset) -> bool:
    """Whether listing for everyone takes so long that no page should wait for it."""
    return train.n_users * train.n_items > _MOST_CELLS


def check_run(config: Config) -> dict[str, Any]:
    """Return the settings of a run without its rate, checked."""
    check_model(str(config["model"]))
    find_policy(str(config["policy"]))
    return {
        "dataset": str(config["dataset"]),
        "model": str(config["model"]),
        "policy": str(config["policy"]),
        "seed": number(config, "seed", usual=7),
        "n": number(config, "n", usual=10, least=1),
    }


def run_of(config: Config) -> RunConfig:
    """Return the run that checked settings name; at rate 0 unless they name one."""
    return RunConfig(
        *(config["dataset"], config["model"], config["policy"]),
        rate=float(config.get("rate", 0.0)),
        n=config["n"],
        seed=config["seed"],
    )


def fit_in_job(run: RunConfig, train: Dataset, *, person: Person) -> Recommender:
    """Fit, where the job that fits has left its stand; what is missing there is learned here."""
    if not takes_job(run.model, train):
        return fit_model(run, train)
    folder = queue.folder_of("fit", wanted_fit(run), person=person)
    return fit_in(folder, run, train)
