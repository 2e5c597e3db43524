"""Feedback loops of thirty people, and a model that remembers what it learned from."""

import numpy as np
import polars as pl

from engine.dataset import Dataset, make_dataset
from engine.histories import Histories
from engine.models.base import Recommender
from engine.models.registry import make_model
from engine.policies.base import Policy
from engine.policies.registry import find_policy
from engine.simulation.arms import Arm, run_arm, tabulate_arm
from engine.simulation.loop import LoopSettings
from engine.simulation.tastes import Tastes, TasteSettings, fit_tastes

__all__ = ["SETTINGS", "Remembering", "run", "run_one", "small_start", "small_tastes"]

SETTINGS = LoopSettings(rounds=4, n=5)


def small_start() -> Dataset:
    """Thirty people, forty items; nobody has had more than a third of them."""
    rng = np.random.default_rng(8)
    users, items = np.nonzero(rng.random((30, 40)) < np.linspace(0.05, 0.33, 40))
    log = pl.DataFrame(
        {
            "user_id": users.astype(str),
            "item_id": items.astype(str),
            "weight": rng.integers(1, 6, len(users)).astype(float),
        }
    )
    return make_dataset("start", log)


def small_tastes(start: Dataset) -> Tastes:
    return fit_tastes(start, rng=np.random.default_rng(0), settings=TasteSettings(4))


class Remembering(Recommender):
    """Scores items by their row, and keeps what it was fitted on."""

    name = "remembering"

    def __init__(self) -> None:
        self.fits: list[Histories] = []
        self.luck: list[float] = []

    def _fit(self, dataset: Dataset, *, rng: np.random.Generator) -> None:
        self.fits.append(dataset.histories)
        self.luck.append(rng.random())

    def _score(self, histories: Histories) -> np.ndarray:
        return np.tile(np.arange(histories.n_items, dtype=np.float32), (len(histories), 1))


def run(
    start: Dataset,
    tastes: Tastes,
    *,
    model: Recommender | str = "item-knn",
    policy: type[Policy] | str = "epsilon-greedy",
    rate: float = 0.3,
    settings: LoopSettings = SETTINGS,
    seed: int = 1,
    single: bool = False,
) -> pl.DataFrame:
    kind = find_policy(policy) if isinstance(policy, str) else policy
    maker = make_model(model) if isinstance(model, str) else model
    return run_one(
        start, tastes, Arm("one", kind, rate, single), model=maker, settings=settings, seed=seed
    )


def run_one(
    start: Dataset,
    tastes: Tastes,
    arm: Arm,
    *,
    model: Recommender | None = None,
    settings: LoopSettings = SETTINGS,
    seed: int = 1,
) -> pl.DataFrame:
    maker = model or make_model("popularity")
    rounds = list(run_arm(arm, start, settings, model=maker, tastes=tastes, seed=seed))
    return tabulate_arm(arm, rounds, start, model=maker.name, seed=seed)
