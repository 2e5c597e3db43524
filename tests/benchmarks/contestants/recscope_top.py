"""recscope: everyone's ten best unseen items by EASE, as a table."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import polars as pl

from engine.config import stream
from engine.models.registry import make_model
from engine.policies.context import PolicyContext
from engine.policies.registry import make_policy
from engine.recommend import recommend
from engine.sources.own_files import load_files
from tests.benchmarks.worker import serve

N, SEED = 10, 7


def prepare(folder: Path) -> Callable[[], dict[str, object]]:
    """Read the log and fit; the work is scores, lists and their table."""
    train = load_files(folder / "interactions.csv", items=folder / "items.csv")
    model = make_model("ease").fit(train, rng=stream(SEED, "fit"))
    policy = make_policy("greedy", PolicyContext(train, model, train.histories))

    def work() -> dict[str, object]:
        slates = recommend(
            model, train.histories, policy=policy, rate=0, n=N, rng=stream(SEED, "policy")
        )
        lists = slates.to_table(train.user_ids, train.item_ids)
        # Item ids are numbers here, so that their sum tells whether the lists are the same.
        return {"rows": lists.height, "sum of ids": lists["item_id"].cast(pl.Int64).sum()}

    return work


if __name__ == "__main__":
    serve(prepare)
