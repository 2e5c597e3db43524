"""recscope: the same loop, with popularity, or with attributes learned by least squares."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np

from engine.dataset import Dataset
from engine.histories import Histories
from engine.models.base import Recommender
from engine.models.popularity import Popularity
from engine.policies.greedy import Greedy
from engine.simulation.arms import Arm, run_arm, tabulate_arm
from engine.simulation.loop import LoopSettings
from engine.simulation.tastes import Tastes
from engine.simulation.users import UserBehaviour
from tests.benchmarks.loop_world import empty_world
from tests.benchmarks.worker import serve


class Content(Recommender):
    """Scores by item attributes, weighted by what explains a history best (least squares).

    T-RECS solves the same problem with weights from 0 up, one person after another.
    """

    name = "content"

    def __init__(self, attributes: np.ndarray) -> None:
        self.attributes = attributes

    def _fit(self, dataset: Dataset, *, rng: np.random.Generator) -> None:
        self.inverse_ = np.linalg.pinv(self.attributes)

    def _score(self, histories: Histories) -> np.ndarray:
        weights = histories.matrix() @ self.inverse_
        return (weights @ self.attributes).astype(np.float32)


def prepare(folder: Path, kind: str, rounds: str) -> Callable[[], dict[str, object]]:
    """Read the world; the work is all rounds, and the feedback table they make."""
    people, things = np.load(folder / "people.npy"), np.load(folder / "things.npy")
    start, tastes = empty_world(len(people), things.shape[1]), Tastes(people, things)
    # Everyone takes one item of each list, as in T-RECS.
    settings = LoopSettings(rounds=int(rounds), behaviour=UserBehaviour(picks=1, outside=0.0))

    def work() -> dict[str, object]:
        model = Popularity() if kind == "popularity" else Content(things)
        arm = Arm("greedy", Greedy)
        run = list(run_arm(arm, start, settings, model=model, tastes=tastes, seed=1))
        table = tabulate_arm(arm, run, start, model=model.name, seed=1)
        return {"user rounds": len(people) * int(rounds), "rows": table.height}

    return work


if __name__ == "__main__":
    serve(prepare)
