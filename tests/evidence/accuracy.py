"""nDCG@10 on MovieLens-100K, 75/25 at random within each user, seen items removed.

Every rating is relevant, all unseen items compete. Published for this protocol by Microsoft
Recommenders: SAR .382, BPR .442, BiVAE .475; a rerun moves such figures by about .01.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import numpy as np

from audits.kernels.accuracy import ndcg
from engine.config import stream
from engine.dataset import Dataset
from engine.models.base import Recommender
from engine.models.registry import make_model
from engine.policies.context import PolicyContext
from engine.policies.registry import make_policy
from engine.recommend import recommend
from engine.sources.registry import load
from engine.splits import Split, random_ratio

__all__ = [
    "cut",
    "means_of",
    "measure",
    "measure_fitted",
    "over_seeds",
    "record",
    "run",
    "settings_of",
]

K = 10
SEEDS = (7, 8, 9)
TEST_SHARE = 0.25
# The models that need no torch; `torch_accuracy` has the others.
NAMES = (
    "popularity",
    "item-knn",
    "user-knn",
    "ease",
    "admm-slim",
    "graph-filter",
    "als",
    "hybrid",
    "hybrid-votes",
    "hybrid-stacked",
)
AT_LEAST = {"ease": 0.480, "item-knn": 0.400, "hybrid": 0.490}


def run() -> dict[str, object]:
    """Return each model's mean over users, by seed, with the mean and spread over seeds."""
    values = over_seeds(NAMES)
    means = means_of(values)
    holds = all(means[name] >= least for name, least in AT_LEAST.items())
    return record(
        values, holds=holds and means["popularity"] < 0.75 * min(means["ease"], means["item-knn"])
    )


def over_seeds(names: Iterable[str]) -> dict[str, list[float]]:
    """Return each model's mean nDCG over users, one number a seed."""
    dataset = load("ml-100k")
    splits = {seed: cut(dataset, seed=seed) for seed in SEEDS}
    return {
        name: [measure(make_model(name), split, seed=seed) for seed, split in splits.items()]
        for name in names
    }


def means_of(values: Mapping[str, Sequence[float]]) -> dict[str, float]:
    """Return the mean over seeds."""
    return {name: float(np.mean(by_seed)) for name, by_seed in values.items()}


def record(
    values: Mapping[str, Sequence[float]], *, holds: bool, **declared: object
) -> dict[str, object]:
    """Return the figures as they are committed, with what was declared beforehand."""
    means = means_of(values)
    return {
        "headline": ", ".join(f"{name} {mean:.4f}" for name, mean in means.items()),
        "holds": holds,
        "settings": {
            "seeds": list(SEEDS),
            "test share": TEST_SHARE,
            "k": K,
            **declared,
            "models": {name: settings_of(make_model(name)) for name in values},
        },
        "ndcg": {
            name: {
                "mean": round(means[name], 4),
                "spread": round(float(np.std(by_seed, ddof=1)), 4),
                "by seed": [round(value, 4) for value in by_seed],
            }
            for name, by_seed in values.items()
        },
    }


def settings_of(model: Recommender) -> dict[str, object]:
    """Return the settings of a model that is not fitted, those of its members with it."""
    settings: dict[str, object] = dict(vars(model))
    if members := settings.get("members"):
        settings["members"] = [{"name": one.name, **settings_of(one)} for one in members]
    return settings


def cut(dataset: Dataset, *, seed: int) -> Split:
    """Hold out a quarter of every user's ratings."""
    return random_ratio(dataset, test_share=TEST_SHARE, rng=stream(seed, "split"))


def measure(model: Recommender, split: Split, *, seed: int, k: int = K) -> float:
    """Fit, list the k best unseen items of every user, return the mean nDCG@k."""
    return measure_fitted(model.fit(split.train, rng=stream(seed, "fit")), split, k=k)


def measure_fitted(model: Recommender, split: Split, *, k: int = K) -> float:
    """Return the mean nDCG@k of the lists of a model that has learned already."""
    train = split.train
    greedy = make_policy("greedy", PolicyContext(train, model, train.histories))
    rng = np.random.default_rng(0)
    slates = recommend(model, train.histories, policy=greedy, rate=0, n=k, rng=rng)
    relevant = train.with_interactions(split.held_out).histories.seen()
    hits = np.take_along_axis(relevant, slates.items, axis=1) & (slates.items >= 0)
    return float(np.nanmean(ndcg(hits, relevant.sum(axis=1))))
