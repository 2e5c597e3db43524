"""Searches for the settings of models that learn by gradient descent, measured epoch by epoch."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from engine.dataset import Dataset
from engine.models.neural import NeuralRecommender
from engine.models.training import one_thread
from engine.sources.registry import load
from tests.evidence.accuracy import TEST_SHARE, cut, settings_of

__all__ = ["LONGER", "SEED", "TOLERANCE", "Courses", "Grids", "course", "record", "search"]

Grids = Mapping[str, Mapping[str, NeuralRecommender]]
# Of each model and setting: (seeds, epochs) nDCG@10 on the validation part.
Courses = Mapping[str, Mapping[str, NDArray[np.float64]]]

TOLERANCE = 0.01
SEED = 7
# More than the default number of epochs, so that it can be too short as well as too long.
LONGER = 1.25


def course(model: NeuralRecommender, train: Dataset, *, seed: int = SEED) -> NDArray[np.float64]:
    """(epochs,) validation nDCG@10 after each epoch."""
    found: list[float] = []
    epochs = int(LONGER * model.epochs)
    watched = replace(
        model,
        epochs=epochs,
        patience=epochs,
        validation_share=TEST_SHARE,
        progress=lambda progress: found.append(progress.ndcg or 0.0),
    )
    with one_thread():
        watched._search(train, seed=seed)
    return np.array(found)


def search(grids: Grids, *, seeds: Sequence[int] = (SEED,)) -> dict[str, object]:
    """Return the record of a search over the grids, on MovieLens-100K's training parts."""
    trains = {seed: cut(load("ml-100k"), seed=seed).train for seed in seeds}
    courses = {
        name: {
            setting: np.array([course(model, train, seed=seed) for seed, train in trains.items()])
            for setting, model in grid.items()
        }
        for name, grid in grids.items()
    }
    return record(grids, courses, seeds=list(seeds), **{"validation share": TEST_SHARE})


def record(grids: Grids, courses: Courses, **settings: object) -> dict[str, object]:
    """Say what was found; the default of each model is in its own grid.

    What is looked at is the mean over seeds, each of which cut and fitted anew.
    """
    defaults = {name: _default(grid.values()) for name, grid in grids.items()}
    behind = {name: _behind(grids[name], courses[name], one) for name, one in defaults.items()}
    return {
        "headline": ", ".join(f"{name} {gap:.4f} behind the best" for name, gap in behind.items()),
        "holds": max(behind.values()) <= TOLERANCE,
        "settings": {
            **settings,
            "tolerance": TOLERANCE,
            "defaults": {name: settings_of(model) for name, model in defaults.items()},
        },
        "behind the best": behind,
        "validation ndcg": {
            name: {
                setting: _told(found, epoch=defaults[name].epochs)
                for setting, found in by_setting.items()
            }
            for name, by_setting in courses.items()
        },
    }


def _told(found: NDArray[np.float64], *, epoch: int) -> dict[str, object]:
    """Say of (seeds, epochs) measures where their mean is best, and what it is at the epoch.

    Examples
    --------
    >>> _told(np.array([[0.1, 0.5, 0.2]]), epoch=3)
    {'best': 0.5, 'at epoch': 2, 'at the default epoch': 0.2}
    >>> _told(np.array([[0.1, 0.3], [0.3, 0.3]]), epoch=1)["spread there"]
    0.1414
    """
    mean, there = found.mean(axis=0), found[:, epoch - 1]
    spread = {"spread there": round(float(there.std(ddof=1)), 4)} if len(found) > 1 else {}
    return {
        "best": round(float(mean.max()), 4),
        "at epoch": int(mean.argmax()) + 1,
        "at the default epoch": round(float(there.mean()), 4),
        **spread,
    }


def _default(models: Iterable[NeuralRecommender]) -> NeuralRecommender:
    """Return the one that has the settings of a model made without any."""
    (found,) = (model for model in models if vars(model) == vars(type(model)()))
    return found


def _behind(
    grid: Mapping[str, NeuralRecommender],
    courses: Mapping[str, NDArray[np.float64]],
    default: NeuralRecommender,
) -> float:
    """How far the default setting at the default epoch is behind the best of all."""
    (own,) = (courses[setting] for setting, model in grid.items() if model is default)
    best = max(float(found.mean(axis=0).max()) for found in courses.values())
    return round(best - float(own[:, default.epochs - 1].mean()), 4)
