"""recscope: EASE lists for all users, and the whole audit, by gender, with intervals."""

from __future__ import annotations

from collections.abc import Callable
from itertools import count
from pathlib import Path

import numpy as np

from audits.analysis import analyse
from audits.data import prepare as prepare_audit
from audits.evaluation import Evaluation, evaluate
from audits.partials import USER_METRICS
from audits.settings import Settings
from audits.summary import summarise
from engine.config import stream
from engine.models.registry import make_model
from engine.policies.context import PolicyContext
from engine.policies.registry import make_policy
from engine.recommend import recommend
from engine.sources.own_files import load_files, read_table
from tests.benchmarks.worker import serve

K = 10
SEED = 7


def prepare(folder: Path, *without: str) -> Callable[[], dict[str, object]]:
    """Read the split and fit; the work is lists, every measure, and 1000 resamples.

    The option "intervals" leaves out resampling and groups: means alone, as RecTools gives.
    """
    train = load_files(
        folder / "interactions.csv", users=folder / "users.csv", items=folder / "items.csv"
    )
    data = prepare_audit(
        interactions=train.interactions,
        held_out=read_table(folder / "held_out.csv"),
        users=train.users,
        items=train.items,
    )
    model = make_model("ease").fit(train, rng=stream(SEED, "fit"))
    policy = make_policy("greedy", PolicyContext(train, model, train.histories))
    # Draws of one seed are made once and kept; each round draws its own.
    seeds = count(SEED)

    def work() -> dict[str, object]:
        slates = recommend(
            model, train.histories, policy=policy, rate=0, n=K, rng=stream(SEED, "policy")
        )
        lists = slates.to_table(train.user_ids, train.item_ids)
        evaluation = evaluate(data, lists, k=K)
        if "intervals" in without:
            return dict(zip(USER_METRICS, means(evaluation), strict=True))
        analysis = analyse(data, evaluation, by=("gender",), settings=Settings(seed=next(seeds)))
        results = summarise(analysis).results
        return {row.metric: row.value for row in results if row.by is None}

    return work


def means(evaluation: Evaluation) -> list[float]:
    """Return the mean of every per-user measure, without intervals."""
    return np.nanmean(evaluation.partial.values, axis=0).tolist()


if __name__ == "__main__":
    serve(prepare)
