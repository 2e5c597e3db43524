"""The stage of all contests: one MovieLens-100K split, ready to recommend on and to audit."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import polars as pl

from audits.data import AuditData, prepare
from engine.config import stream
from engine.dataset import Dataset
from engine.models.base import Recommender
from engine.models.registry import make_model
from engine.policies.context import PolicyContext
from engine.policies.registry import make_policy
from engine.recommend import recommend
from engine.sources.registry import load
from engine.splits import random_ratio

__all__ = ["SEED", "Scene", "fit", "make_lists", "movielens_scene", "write_files"]

SEED = 7


@dataclass(frozen=True, eq=False)
class Scene:
    """The training part, the held-out table, and the arrays of their audit."""

    train: Dataset
    held_out: pl.DataFrame
    data: AuditData


def movielens_scene() -> Scene:
    """75/25 at random within each user, the protocol of the published figures."""
    split = random_ratio(load("ml-100k"), test_share=0.25, rng=stream(SEED, "split"))
    data = prepare(
        interactions=split.train.interactions,
        held_out=split.held_out,
        users=split.train.users,
        items=split.train.items,
    )
    return Scene(split.train, split.held_out, data)


def fit(scene: Scene, model: str) -> Recommender:
    """Fit a model, with its default settings, on the training part."""
    return make_model(model).fit(scene.train, rng=stream(SEED, "fit"))


def make_lists(
    scene: Scene,
    model: Recommender,
    *,
    policy: str = "epsilon-greedy",
    rate: float = 0.0,
    n: int = 10,
) -> pl.DataFrame:
    """Return the recommendations table of all users at one exploration rate."""
    slates = recommend(
        model,
        scene.train.histories,
        policy=make_policy(policy, PolicyContext(scene.train, model, scene.train.histories)),
        rate=rate,
        n=n,
        rng=stream(SEED, "policy"),
    )
    return slates.to_table(scene.train.user_ids, scene.train.item_ids)


def write_files(scene: Scene, folder: Path) -> None:
    """Write interactions, held_out, users and items as CSV; lists in cells joined by |."""
    tables = {
        "interactions": scene.train.interactions,
        "held_out": scene.held_out,
        "users": scene.train.users,
        "items": scene.train.items,
    }
    for name, table in tables.items():
        flat = table.with_columns(pl.col(pl.List(pl.String)).list.join("|"))
        flat.write_csv(folder / f"{name}.csv")
