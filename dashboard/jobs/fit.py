"""Jobs that fit a model: in epochs, its stand kept after each, or a large closed form."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from time import perf_counter
from typing import Any

from dashboard.jobs.costs import is_instant
from dashboard.jobs.fitting import fit_in, is_slow, keep_seconds, seconds_of
from dashboard.jobs.kind import Config, Kind, Report, Task
from dashboard.jobs.reading import split_for
from dashboard.jobs.settings import check_model, check_names, number
from engine.config import RunConfig
from engine.errors import OptionError
from engine.models.base import Recommender
from engine.models.progress import Progress, Watchable
from engine.recommend import fit_model

__all__ = ["KIND"]

SETTINGS = ("dataset", "model", "seed")


def _check(config: Config) -> dict[str, Any]:
    check_names(config, known=SETTINGS, needed=("dataset", "model"))
    model = str(config["model"])
    check_model(model)
    if not is_slow(model) and is_instant(model):
        raise OptionError("the model {model} is fitted in seconds and takes no job", model=model)
    seed = number(config, "seed", usual=7)
    return {"dataset": str(config["dataset"]), "model": model, "seed": seed}


def _run(task: Task) -> None:
    config = task.config
    run = RunConfig(str(config["dataset"]), str(config["model"]), seed=int(config["seed"]))
    train = split_for(task).train
    if not is_slow(run.model):
        task.report(0, 1, "fit")
        fit_in(task.folder, run, train)
        task.report(1, 1, "fit")
        return
    tell = _counting(task.report, before=seconds_of(task.folder), folder=task.folder)

    def watch(model: Recommender) -> None:
        assert isinstance(model, Watchable)
        model.checkpoint, model.progress = task.folder, tell

    fit_model(run, train, watch=watch)


def _counting(report: Report, *, before: float, folder: Path) -> Callable[[Progress], None]:
    """Return what counts the epochs of both stages as the steps of one job."""
    begun = perf_counter()
    searched = 0

    def tell(progress: Progress) -> None:
        nonlocal searched
        keep_seconds(folder, before + perf_counter() - begun)
        if progress.stage == "search":
            searched = progress.epoch
            report(progress.epoch, 2 * progress.epochs, "search")
        else:
            report(searched + progress.epoch, searched + progress.epochs, "fit")

    return tell


KIND = Kind("fit", _check, _run)
