"""How long one exact explanation takes by each closed form, one at a time, by the public door."""

from __future__ import annotations

from time import perf_counter

import numpy as np

from engine.config import stream
from engine.explanations.attribution import explain
from engine.histories import Histories
from engine.models.base import Recommender
from engine.models.registry import make_model
from engine.ranking import top_n
from tests.benchmarks.contest import spread
from tests.benchmarks.scene import SEED, Scene

__all__ = ["milliseconds"]

# A model of each form; als has exact leave-one-out values, which are no Shapley values.
FORMS = {
    "linear": ("ease", "item-knn", "logistic-mf"),
    "pooled": ("bpr", "lightgcn", "mult-vae"),
    "factorised": ("factorisation-machine",),
    "leave-one-out by fold-in": ("als",),
}
_REPEATS = 3


def milliseconds(scene: Scene, *, people: int, longest: int) -> dict[str, dict[str, float]]:
    """Return the spread over people of the least of three, by form and model.

    Models have their usual size and learn for one epoch: what an explanation takes does not hang
    on how well they learned.
    """
    histories = scene.train.histories
    rows = np.flatnonzero(histories.lengths <= longest)
    rows = np.sort(stream(SEED, "users").permutation(rows)[:people])
    found = {}
    for form, names in FORMS.items():
        for name in names:
            model = make_model(name)
            if hasattr(model, "epochs"):
                model.epochs = 1
            model.fit(scene.train, rng=stream(SEED, "fit"))
            best = top_n(model.score(histories.take(rows)), ~histories.take(rows).seen(), n=1)[:, 0]
            took = [
                _least(model, histories.take([row]), int(item))
                for row, item in zip(rows, best, strict=True)
            ]
            found[f"{form}: {name}"] = spread([1000 * seconds for seconds in took])
    return found


def _least(model: Recommender, history: Histories, target: int) -> float:
    took = []
    for _ in range(_REPEATS):
        start = perf_counter()
        one = explain(model, history, target)
        took.append(perf_counter() - start)
        assert one.evaluations == 1
    return min(took)
