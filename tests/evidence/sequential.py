"""SASRec finds each person's next film on MovieLens-100K above popularity and item neighbours.

The latest film of each history is held out, all films she has not seen compete, ties in time stay
in input order. The 95% intervals are over users.
"""

from __future__ import annotations

import numpy as np

from audits.kernels.accuracy import hit_rate, ndcg
from engine.config import stream
from engine.models.registry import make_model
from engine.policies.context import PolicyContext
from engine.policies.registry import make_policy
from engine.recommend import recommend
from engine.sources.registry import load
from engine.splits import Split, leave_last_one

__all__ = ["SEED", "K", "Values", "intervals", "per_user", "run"]

K = 10
SEED = 7
MODELS = ("popularity", "item-knn", "sasrec")
RESAMPLES = 2000

Values = dict[str, np.ndarray]


def run() -> dict[str, object]:
    """Return HR@10 and nDCG@10 of each model with intervals."""
    split = leave_last_one(load("ml-100k"))
    figures = {name: intervals(per_user(name, split)) for name in MODELS}
    least = {measure: value["low"] for measure, value in figures["sasrec"].items()}
    return {
        "headline": ", ".join(
            f"{name} HR {each['hit rate']['mean']:.3f} "
            f"({each['hit rate']['low']:.3f} to {each['hit rate']['high']:.3f})"
            for name, each in figures.items()
        ),
        "holds": all(
            least[measure] > value["high"]
            for name in MODELS[:-1]
            for measure, value in figures[name].items()
        ),
        "settings": {
            "seed": SEED,
            "k": K,
            "resamples": RESAMPLES,
            "models": {name: vars(make_model(name)) for name in MODELS},
        },
        "users": int(split.held_out.height),
        "figures": figures,
    }


def per_user(name: str, split: Split) -> Values:
    train = split.train
    model = make_model(name).fit(train, rng=stream(SEED, "fit"))
    slates = recommend(
        model,
        train.histories,
        policy=make_policy("greedy", PolicyContext(train, model, train.histories)),
        rate=0,
        n=K,
        rng=stream(SEED, "policy"),
    )
    relevant = train.with_interactions(split.held_out).histories.seen()
    hits = np.take_along_axis(relevant, slates.items, axis=1) & (slates.items >= 0)
    counts = relevant.sum(axis=1)
    return {"hit rate": hit_rate(hits, counts), "ndcg": ndcg(hits, counts)}


def intervals(values: Values) -> dict[str, dict[str, float]]:
    """Mean and percentile interval of each measure; every model meets the same resamples."""
    rng = stream(SEED, "bootstrap")
    n = len(values["ndcg"])
    draws = rng.integers(n, size=(RESAMPLES, n))
    found = {}
    for measure, each in values.items():
        low, high = np.quantile(each[draws].mean(axis=1), [0.025, 0.975])
        found[measure] = {
            "mean": round(float(each.mean()), 4),
            "low": round(float(low), 4),
            "high": round(float(high), 4),
        }
    return found
