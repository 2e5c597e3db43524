"""recscope: the same loop, with popularity, or with things like those a person took."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np

from engine.dataset import Dataset
from engine.models.content import Content
from engine.models.popularity import Popularity
from engine.policies.greedy import Greedy
from engine.simulation.arms import Arm, run_arm, tabulate_arm
from engine.simulation.loop import LoopSettings
from engine.simulation.tastes import Tastes
from engine.simulation.users import UserBehaviour
from tests.benchmarks.loop_world import empty_world
from tests.benchmarks.worker import serve


class AttributeContent(Content):
    """The content model, with attributes in the place of text vectors.

    T-RECS weighs the attributes by what explains a history best, with weights from 0 up, one
    person after another; ours adds up the vectors of the history. That is the same kind of model,
    and not the same model. With more attributes than things, least squares without the bound would
    explain every history exactly and leave nothing to say of other things.
    """

    def __init__(self, attributes: np.ndarray) -> None:
        super().__init__()
        centred = (attributes - attributes.mean(axis=1, keepdims=True)).T
        self.attributes = centred / np.linalg.norm(centred, axis=1, keepdims=True)

    def _fit(self, dataset: Dataset, *, rng: np.random.Generator) -> None:
        self.vectors_ = self.attributes


def prepare(
    folder: Path, kind: str, rounds: str, table: str = "table"
) -> Callable[[], dict[str, object]]:
    """Read the world; the work is all rounds and, but for "no table", the table they make."""
    people, things = np.load(folder / "people.npy"), np.load(folder / "things.npy")
    start, tastes = empty_world(len(people), things.shape[1]), Tastes(people, things)
    # Everyone takes one item of each list, as in T-RECS.
    settings = LoopSettings(rounds=int(rounds), behaviour=UserBehaviour(picks=1, outside=0.0))

    def work() -> dict[str, object]:
        model = Popularity() if kind == "popularity" else AttributeContent(things)
        arm = Arm("greedy", Greedy)
        run = list(run_arm(arm, start, settings, model=model, tastes=tastes, seed=1))
        made = [tabulate_arm(arm, run, start, model=model.name, seed=1)] if table == "table" else []
        rows = sum(part.height for part in made)
        return {"user rounds": len(people) * int(rounds), "rows": rows}

    return work


if __name__ == "__main__":
    serve(prepare)
