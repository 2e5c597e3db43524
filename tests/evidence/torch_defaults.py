"""The defaults of BPR, LightGCN and Mult-VAE are within .01 nDCG@10 of the best of a small search.

Every fit learns from three quarters of each history of one training part of the accuracy proof,
and is measured on the rest after every epoch, so no held-out rating has a say and the number of
epochs is searched along with the setting named.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from engine.dataset import Dataset
from engine.models.bpr import BPR
from engine.models.light_gcn import LightGCN
from engine.models.mult_vae import MultVAE
from engine.models.neural import NeuralRecommender
from engine.models.training import one_thread
from engine.sources.registry import load
from tests.evidence.accuracy import TEST_SHARE, cut

__all__ = ["course", "run"]

TOLERANCE = 0.01
SEED = 7
# More than the default number of epochs, so that it can be too short as well as too long.
LONGER = 1.25
GRIDS: Mapping[str, Mapping[str, NeuralRecommender]] = {
    "bpr": {f"l2={l2}": BPR(l2=l2) for l2 in (1e-4, 1e-3)},
    "lightgcn": {f"layers={layers}": LightGCN(layers=layers) for layers in (1, 2)},
    "mult-vae": {
        f"{name}={value}": replace(MultVAE(), **{name: value})
        for name, values in {"kl_weight": (0.5, 1.0), "hidden": (300,), "dropout": (0.7,)}.items()
        for value in values
    },
}
DEFAULTS = {"bpr": BPR(), "lightgcn": LightGCN(), "mult-vae": MultVAE()}


def run() -> dict[str, object]:
    """Return the validation nDCG@10 of every setting at its best and at the default epoch."""
    train = cut(load("ml-100k"), seed=SEED).train
    courses = {
        name: {setting: course(model, train) for setting, model in grid.items()}
        for name, grid in GRIDS.items()
    }
    behind = {name: _behind(name, by_setting) for name, by_setting in courses.items()}
    return {
        "headline": ", ".join(f"{name} {gap:.4f} behind the best" for name, gap in behind.items()),
        "holds": max(behind.values()) <= TOLERANCE,
        "settings": {
            "seed": SEED,
            "validation share": TEST_SHARE,
            "tolerance": TOLERANCE,
            "defaults": {name: vars(model) for name, model in DEFAULTS.items()},
        },
        "behind the best": behind,
        "validation ndcg": {
            name: {
                setting: {
                    "best": round(float(found.max()), 4),
                    "at epoch": int(found.argmax()) + 1,
                    "at the default epoch": round(float(found[DEFAULTS[name].epochs - 1]), 4),
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


def _behind(name: str, courses: Mapping[str, NDArray[np.float64]]) -> float:
    """How far the default setting at the default epoch is behind the best of all."""
    default = DEFAULTS[name]
    (chosen,) = (setting for setting, model in GRIDS[name].items() if vars(model) == vars(default))
    best = max(float(found.max()) for found in courses.values())
    return round(best - float(courses[chosen][default.epochs - 1]), 4)
