"""Counterfactuals are valid, and no larger on average than those of greedy leave-one-out.

MovieLens-100K, 75/25. 60 people with 10 to 100 items, their best item, what would take it off the
first place; beside it items in the order in which the score alone loses most without them, until
the item has left.
"""

from __future__ import annotations

import numpy as np

from engine.config import stream
from engine.dataset import Dataset
from engine.explanations.attribution import explain
from engine.explanations.counterfactual import drop_from_list
from engine.explanations.rescoring import Rescorer
from engine.histories import Histories
from engine.models.base import Recommender
from engine.models.registry import make_model
from engine.sources.registry import load
from tests.evidence.accuracy import cut

__all__ = ["SEED", "best_item", "people", "run"]

SEED = 7
CHANGED = ("ease", "als", "user-knn", "mult-vae")
PEOPLE = 60


def run() -> dict[str, object]:
    """Return counterfactuals by model, and whether each target is met."""
    train = cut(load("ml-100k"), seed=SEED).train
    models = {n: make_model(n).fit(train, rng=stream(SEED, "fit")) for n in CHANGED}
    changed = {name: _counterfactuals(models[name], train) for name in CHANGED}
    targets = {
        "all counterfactuals valid": all(r["valid"] == 1 for r in changed.values()),
        "mean size at most greedy leave-one-out's": all(
            r["mean size"] <= r["greedy size"] for r in changed.values()
        ),
    }
    return {
        "headline": "; ".join(
            f"{name}: found {r['found']:.2f}, "
            f"size {r['mean size']:.2f} (greedy {r['greedy size']:.2f})"
            for name, r in changed.items()
        ),
        "holds": all(targets.values()),
        "settings": {"seed": SEED, "people": PEOPLE},
        "targets": targets,
        "counterfactuals": changed,
    }


def people(train: Dataset, longest: int, count: int) -> list[Histories]:
    """Return so many histories of 10 items or more, by chance."""
    lengths = train.histories.lengths
    rows = np.flatnonzero((lengths >= 10) & (lengths <= longest))
    return [train.histories.take([row]) for row in stream(SEED, "users").permutation(rows)[:count]]


def best_item(model: Recommender, history: Histories) -> int:
    """Return the item that would be first."""
    return int(Rescorer(model, history, 0, n=1).first(history, n=1)[0, 0])


def _counterfactuals(model: Recommender, train: Dataset) -> dict[str, float]:
    found, valid, sizes, asked, proven = 0, 0, [], [], 0
    for history in people(train, 100, PEOPLE):
        target = best_item(model, history)
        change = drop_from_list(model, history, target)
        asked.append(change.evaluations)
        greedy = _greedy_size(model, history, target)
        if not change.found:
            continue
        found += 1
        proven += change.size == "minimal"
        after = history.keep(~np.isin(history.items, change.items))
        ask = Rescorer(model, history, target, n=1)
        valid += int(ask.standing(after).ranks[0] > 1)
        if greedy is not None:
            sizes.append((len(change.items), greedy))
    mean = np.mean(sizes, axis=0)
    return {
        "found": round(found / PEOPLE, 4),
        "valid": valid / found,
        "said to be minimal": round(proven / found, 4),
        "mean size": round(float(mean[0]), 4),
        "greedy size": round(float(mean[1]), 4),
        "found by both": len(sizes),
        "mean evaluations": round(float(np.mean(asked)), 1),
    }


def _greedy_size(model: Recommender, history: Histories, target: int) -> int | None:
    """Items in the order in which the score alone loses most, until another item is first."""
    order = explain(model, history, target, method="leave-one-out").order
    ask = Rescorer(model, history, target, n=1)
    ranks = np.argsort(order)
    masks = ranks <= np.arange(len(order))[:, None]
    off = np.flatnonzero(ask.standing(ask.without(masks)).ranks > 1)
    return int(off[0]) + 1 if len(off) else None
