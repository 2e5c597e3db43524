"""The defaults of the models of torch are within .01 nDCG@10 of the best of a small search.

Every fit learns from three quarters of each history of one training part of the accuracy proof,
and is measured on the rest after every epoch, so no held-out rating has a say and the number of
epochs is searched along with the setting named.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from engine.dataset import Dataset
from engine.models.bpr import BPR
from engine.models.light_gcn import LightGCN
from engine.models.logistic_mf import LogisticMF
from engine.models.mult_vae import MultVAE
from engine.models.neural import NeuralRecommender
from engine.models.training import one_thread
from engine.sources.registry import load
from tests.evidence.accuracy import TEST_SHARE, cut, settings_of

__all__ = ["course", "run", "search"]

Grids = Mapping[str, Mapping[str, NeuralRecommender]]

TOLERANCE = 0.01
SEED = 7
# More than the default number of epochs, so that it can be too short as well as too long.
LONGER = 1.25
GRIDS: Grids = {
    "bpr": {f"l2={l2}": BPR(l2=l2) for l2 in (1e-4, 1e-3)},
    "logistic-mf": {f"l2={l2}": LogisticMF(l2=l2) for l2 in (1e-4, 1e-3)},
    "lightgcn": {f"layers={layers}": LightGCN(layers=layers) for layers in (1, 2)},
    "mult-vae": {
        f"{name}={value}": replace(MultVAE(), **{name: value})
        for name, values in {"kl_weight": (0.5, 1.0), "hidden": (300,), "dropout": (0.7,)}.items()
        for value in values
    },
}


def run() -> dict[str, object]:
    """Return the validation nDCG@10 of every setting at its best and at the default epoch."""
    return search(GRIDS)


def search(grids: Grids) -> dict[str, object]:
    """Return the record of a search over the grids; the default of each model is in its own."""
    train = cut(load("ml-100k"), seed=SEED).train
    courses = {
        name: {setting: course(model, train) for setting, model in grid.items()}
        for name, grid in grids.items()
    }
    defaults = {name: _default(grid.values()) for name, grid in grids.items()}
    behind = {
        name: _behind(grids[name], courses[name], default) for name, default in defaults.items()
    }
    return {
        "headline": ", ".join(f"{name} {gap:.4f} behind the best" for name, gap in behind.items()),
        "holds": max(behind.values()) <= TOLERANCE,
        "settings": {
            "seed": SEED,
            "validation share": TEST_SHARE,
            "tolerance": TOLERANCE,
            "defaults": {name: settings_of(model) for name, model in defaults.items()},
        },
        "behind the best": behind,
        "validation ndcg": {
            name: {
                setting: {
                    "best": round(float(found.max()), 4),
                    "at epoch": int(found.argmax()) + 1,
                    "at the default epoch": round(float(found[defaults[name].epochs - 1]), 4),
                }
                for setting, found in by_setting.items()
            }
            for name, by_setting in courses.items()
        },
    }


def course(model: NeuralRecommender, train: Dataset) -> NDArray[np.float64]:
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
        watched._search(train, seed=SEED)
    return np.array(found)


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
    best = max(float(found.max()) for found in courses.values())
    return round(best - float(own[default.epochs - 1]), 4)
