"""Fits that take long: done by a job, which leaves a checkpoint that pages load in a moment."""

from __future__ import annotations

import json
from pathlib import Path
from time import perf_counter

from dashboard.access.person import Person
from dashboard.jobs import place, queue
from dashboard.jobs.costs import fit_seconds, is_quick, learns_in_epochs
from dashboard.jobs.kind import Config
from dashboard.jobs.loading import load_meanwhile, preload
from engine.config import RunConfig
from engine.dataset import Dataset
from engine.errors import TableError
from engine.models.base import Recommender
from engine.models.keeping import is_kept, keep_fitted, restore_fitted
from engine.models.progress import Watchable
from engine.models.registry import MODELS, make_model
from engine.recommend import Watch, fit_model

__all__ = [
    "NotYetError",
    "fit_in",
    "fitted_by_job",
    "is_slow",
    "keep_seconds",
    "kept_in",
    "seconds_of",
    "takes_job",
    "wanted_fit",
]

_SECONDS = "seconds.json"


class NotYetError(Exception):
    """What a page needs is work for a job; the frame of the page asks for it and waits.

    Parameters
    ----------
    kind, config
        Of the job.
    """

    def __init__(self, kind: str, config: Config) -> None:
        self.kind = kind
        self.config = config
        super().__init__(kind)


def is_slow(model: str) -> bool:
    """Whether a model learns in epochs, and can go on from a folder: minutes, not seconds."""
    return learns_in_epochs(model) if model in MODELS else isinstance(make_model(model), Watchable)


def takes_job(model: str, train: Dataset) -> bool:
    """Whether a fit takes longer than a page should wait: in epochs, or a large closed form."""
    return is_slow(model) or not is_quick(fit_seconds(model, train))


def fitted_by_job(config: RunConfig, train: Dataset, *, person: Person) -> Recommender:
    """Return a fitted model: at once if it is quick, from what a job has left if it is slow.

    A checkpoint that stands at the end of the fit has nothing left to learn, so that the fit from
    it is a load, and has the bits of the fit.

    Raises
    ------
    NotYetError
        A slow model whose job is not done.
    """
    if not takes_job(config.model, train):
        return fit_model(config, train)
    wanted = wanted_fit(config)
    folder = queue.result("fit", wanted, person=person)
    if folder is None:
        load_meanwhile(config.model)
        raise NotYetError("fit", wanted)
    try:
        if is_slow(config.model):
            preload()
        return fit_in(folder, config, train)
    except TableError as error:
        # What is damaged is made again.
        place.results().remove(folder.name)
        raise NotYetError("fit", wanted) from error


def fit_in(
    folder: Path, config: RunConfig, train: Dataset, *, watch: Watch | None = None
) -> Recommender:
    """Fit where an earlier attempt may have left something; leave what was learned there.

    Raises
    ------
    TableError
        What stands there is damaged.
    """
    if is_slow(config.model):
        return fit_model(config, train, watch=watch or kept_in(folder))
    if is_kept(folder):
        model = make_model(config.model)
        restore_fitted(model, folder)
        return model
    begun = perf_counter()
    model = fit_model(config, train)
    keep_fitted(model, folder)
    keep_seconds(folder, perf_counter() - begun)
    return model


def wanted_fit(config: RunConfig) -> dict[str, str | int]:
    """Return the settings of the job that fits a run's model."""
    return {"dataset": config.dataset, "model": config.model, "seed": config.seed}


def kept_in(folder: Path) -> Watch:
    """Return what lets a model keep its stand in a folder."""

    def watch(model: Recommender) -> None:
        assert isinstance(model, Watchable)
        model.checkpoint = folder

    return watch


def seconds_of(folder: Path) -> float:
    """Return how long the fit in a folder took, all attempts together."""
    try:
        return float(json.loads((folder / _SECONDS).read_text(encoding="utf-8")))
    except (OSError, ValueError):
        return 0.0


def keep_seconds(folder: Path, seconds: float) -> None:
    """Write down how long the fit in a folder has taken so far."""
    (folder / _SECONDS).write_text(json.dumps(seconds), encoding="utf-8")
