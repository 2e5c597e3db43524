"""The defaults of SASRec are within .01 nDCG@10 of the best of a small search, on the last but one.

The latest film of each history is what the sequential proof asks for, and is taken away; the one
before it is held out here, and asked for after every epoch among all films she has not seen.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from engine.models.neural import NeuralRecommender
from engine.models.sasrec import SASRec
from engine.models.training import one_thread
from engine.models.validation import mean_ndcg
from engine.sources.registry import load
from engine.splits import Split, leave_last_one
from tests.evidence.search import LONGER, SEED, Grids, record

__all__ = ["run"]

GRIDS: Grids = {
    "sasrec": {
        "dropout=0.3": SASRec(),
        "dropout=0.5": SASRec(dropout=0.5),
        "learning_rate=0.002": SASRec(learning_rate=2e-3),
        "blocks=1": SASRec(blocks=1),
    }
}


def run() -> dict[str, object]:
    """Return the validation nDCG@10 of every setting at its best and at the default epoch."""
    split = leave_last_one(leave_last_one(load("ml-100k")).train)
    courses = {
        name: {setting: _course(model, split)[None] for setting, model in grid.items()}
        for name, grid in GRIDS.items()
    }
    return record(GRIDS, courses, seeds=[SEED], validation="the last film but one")


def _course(model: NeuralRecommender, split: Split) -> NDArray[np.float64]:
    """(epochs,) nDCG@10 of the held-out films after each epoch."""
    found: list[float] = []
    epochs = int(LONGER * model.epochs)
    watched = replace(model, progress=lambda progress: found.append(progress.ndcg or 0.0))
    shown = split.train.histories
    wanted = split.train.with_interactions(split.held_out).histories
    with one_thread():
        watched._train(
            split.train,
            stage="search",
            epochs=epochs,
            seed=SEED,
            measure=lambda: mean_ndcg(watched._score(shown), shown, wanted),
        )
    return np.array(found)
