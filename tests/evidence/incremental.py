"""After 10% new interactions an update keeps 98% of a refit's nDCG@10; who needs 20% of its time.

The training part of MovieLens-100K (75/25) is cut once more: the newest tenth is new. "spread": a
tenth of every history, so everyone did something new. "latest": the last tenth of the log by
time, which a few people made, as between two nightly runs. A model fitted before learns the rest by
`update`; another is fitted on everything. Seconds are medians of turns taken one after the other.
"""

from __future__ import annotations

from statistics import median
from time import perf_counter

from engine.config import stream
from engine.dataset import Dataset
from engine.models.registry import MODELS, make_model
from engine.sources.registry import load
from engine.splits import Split, random_ratio, temporal
from tests.evidence.accuracy import cut, measure_fitted

__all__ = ["run"]

SEED = 7
NEW_SHARE = 0.1
TURNS = 3
LEAST_NDCG, MOST_TIME = 0.98, 0.20


def run() -> dict[str, object]:
    """Return, by way of being new and by model, both times and both accuracies."""
    outer = cut(load("ml-100k"), seed=SEED)
    train = outer.train
    parts = {
        "spread": random_ratio(train, test_share=NEW_SHARE, rng=stream(SEED, "split")),
        "latest": temporal(train, test_share=NEW_SHARE),
    }
    names = [name for name in MODELS if make_model(name).can_update]
    figures = {
        way: {name: _figures(name, part, outer) for name in names} for way, part in parts.items()
    }
    rows = [row for by_model in figures.values() for row in by_model.values()]
    quick = {
        way: [name for name, row in by_model.items() if row["share of time"] <= MOST_TIME]
        for way, by_model in figures.items()
    }
    return {
        "headline": f"lowest share of the refit's nDCG {min(r['share of ndcg'] for r in rows)}; "
        + "; ".join(f"{way}, at most 20% of its time: {', '.join(n)}" for way, n in quick.items()),
        "holds": all(row["share of ndcg"] >= LEAST_NDCG for row in rows),
        "settings": {"seed": SEED, "new share": NEW_SHARE, "turns": TURNS},
        "people with something new": {way: _people(part) for way, part in parts.items()},
        "cannot update": [name for name in MODELS if name not in names],
        "figures": figures,
    }


def _people(part: Split) -> int:
    return int(part.held_out["user_id"].n_unique())


def _figures(name: str, part: Split, outer: Split) -> dict[str, float]:
    refits, updates = [], []
    for _ in range(TURNS):
        model = make_model(name).fit(part.train, rng=stream(SEED, "fit"))
        start = perf_counter()
        after: Dataset = model.update(part.train, part.held_out)
        updates.append(perf_counter() - start)
        refit = make_model(name)
        start = perf_counter()
        # A refit has to join the two logs as well.
        refit.fit(part.train.with_more(part.held_out), rng=stream(SEED, "fit"))
        refits.append(perf_counter() - start)
    whole = Split(after, outer.held_out)
    updated, refitted = measure_fitted(model, whole), measure_fitted(refit, whole)
    return {
        "ndcg updated": round(updated, 4),
        "ndcg refitted": round(refitted, 4),
        "share of ndcg": round(updated / refitted, 4),
        "seconds updated": round(median(updates), 4),
        "seconds refitted": round(median(refits), 4),
        "share of time": round(median(updates) / median(refits), 3),
    }
