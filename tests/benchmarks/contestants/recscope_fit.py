"""recscope: one fit of a model, with its default settings but for those given as name=number."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np

from engine.config import stream
from engine.models.base import Recommender
from engine.models.registry import make_model
from engine.sources.own_files import load_files
from tests.benchmarks.worker import serve

SEED = 7


def prepare(folder: Path, name: str, *given: str) -> Callable[[], dict[str, object]]:
    """Read the log; the work is a fit of the named model, from the tables on.

    With the option "ready" histories are made of the tables before, as for a peer that begins with
    a matrix.
    """
    train = load_files(folder / "interactions.csv", items=folder / "items.csv")
    ready = "ready" in given and len(train.histories) > 0
    settings = dict(setting.split("=") for setting in given if setting != "ready")

    def work() -> dict[str, object]:
        model = make_model(name)
        for setting, value in settings.items():
            setattr(model, setting, int(value))
        # A data set of its own, for histories are made from the table once and kept.
        data = train if ready else train.with_interactions(train.interactions)
        model.fit(data, rng=stream(SEED, "fit"))
        return {"learned": _mean_size(model)}

    return work


def _mean_size(model: Recommender) -> float:
    """Mean absolute weight or vector entry: whether two libraries learned the same."""
    learned = model.item_vectors()
    if learned is None:
        learned = getattr(model, "item_weights_", np.zeros(1))
    return float(np.abs(learned).mean())


if __name__ == "__main__":
    serve(prepare)
