"""nDCG@10 on MovieLens-100K of the models that read text, and of the LSTM baseline.

The protocol of the accuracy proof, with each model's default settings. Nothing is published for
them here: what is held is that the models that learn from the log, TwoTower and LSTM, are above
popularity. Content never looks at the log, and is not expected to be.
"""

from __future__ import annotations

import numpy as np

from engine.models.registry import make_model
from engine.sources.registry import load
from tests.evidence.accuracy import SEEDS, TEST_SHARE, K, cut, measure

__all__ = ["run"]

NAMES = ("popularity", "content", "two-tower", "lstm")


def run() -> dict[str, object]:
    """Return each model's mean over users, by seed, with the mean and spread over seeds."""
    dataset = load("ml-100k")
    splits = {seed: cut(dataset, seed=seed) for seed in SEEDS}
    values = {
        name: [measure(make_model(name), split, seed=seed) for seed, split in splits.items()]
        for name in NAMES
    }
    means = {name: float(np.mean(by_seed)) for name, by_seed in values.items()}
    return {
        "headline": ", ".join(f"{name} {mean:.4f}" for name, mean in means.items()),
        "holds": min(means["two-tower"], means["lstm"]) > means["popularity"],
        "settings": {
            "seeds": list(SEEDS),
            "test share": TEST_SHARE,
            "k": K,
            "models": {name: vars(make_model(name)) for name in NAMES},
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
