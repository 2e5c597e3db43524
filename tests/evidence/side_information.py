"""What attributes, moments and a film graph add to nDCG@10 on MovieLens-100K.

The protocol of the accuracy proof, the same splits and default settings. The factorisation machine
learns with all fields, with the moment alone, and with neither attributes nor moment; LightGCN with
and without the film graph. The claim is only that both models are as good as LightGCN is published
to be (.420); what the further knowledge adds is reported as it is.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from engine.models.base import Recommender
from engine.models.factorisation_machine import FactorisationMachine
from engine.models.fields import CONTEXT
from engine.models.light_gcn import LightGCN
from engine.models.light_gcn_kg import LightGCNWithEdges
from engine.sources.registry import load
from tests.evidence.accuracy import SEEDS, TEST_SHARE, K, cut, measure, settings_of

__all__ = ["run"]

AT_LEAST = 0.420
MODELS: Mapping[str, Recommender] = {
    "factorisation machine, all fields": FactorisationMachine(),
    "factorisation machine, moment only": FactorisationMachine(fields=tuple(CONTEXT)),
    "factorisation machine, history only": FactorisationMachine(fields=()),
    "lightgcn": LightGCN(),
    "lightgcn with the film graph": LightGCNWithEdges(),
}
PAIRS = {
    "attributes and moment add": (
        "factorisation machine, all fields",
        "factorisation machine, history only",
    ),
    "the film graph adds": ("lightgcn with the film graph", "lightgcn"),
}


def run() -> dict[str, object]:
    """Return each model's mean over users, by seed, and what further knowledge adds by seed."""
    # Before any is fitted, for what was learned is no setting.
    settings = {name: settings_of(model) for name, model in MODELS.items()}
    dataset = load("ml-100k")
    splits = {seed: cut(dataset, seed=seed) for seed in SEEDS}
    values = {
        name: np.array([measure(model, split, seed=seed) for seed, split in splits.items()])
        for name, model in MODELS.items()
    }
    gains = {name: values[more] - values[less] for name, (more, less) in PAIRS.items()}
    return {
        "headline": ", ".join(
            [
                *(f"{name} {by_seed.mean():.4f}" for name, by_seed in values.items()),
                *(f"{name} {gain.mean():+.4f}" for name, gain in gains.items()),
            ]
        ),
        "holds": bool(min(by_seed.mean() for by_seed in values.values()) >= AT_LEAST),
        "settings": {
            "seeds": list(SEEDS),
            "test share": TEST_SHARE,
            "k": K,
            "at least": AT_LEAST,
            "models": settings,
        },
        "ndcg": {
            name: {
                "mean": round(float(by_seed.mean()), 4),
                "spread": round(float(by_seed.std(ddof=1)), 4),
                "by seed": by_seed.round(4).tolist(),
            }
            for name, by_seed in values.items()
        },
        "added by seed": {name: gain.round(4).tolist() for name, gain in gains.items()},
    }
