"""Models with settings for worlds of a few dozen people, where a fit may take no time at all."""

from __future__ import annotations

from collections.abc import Mapping

from engine.models.base import Recommender
from engine.models.registry import make_model as make_default

__all__ = ["make_model"]

SETTINGS: Mapping[str, Mapping[str, float]] = {
    "bpr": {"epochs": 15, "learning_rate": 0.03, "factors": 8},
    "logistic-mf": {"epochs": 30, "learning_rate": 0.03, "l2": 1e-4, "factors": 8},
    "mult-vae": {"epochs": 15, "learning_rate": 0.01, "hidden": 24, "latent": 8, "kl_weight": 0.1},
    "lightgcn": {"epochs": 15, "learning_rate": 0.03, "factors": 8},
    "lightgcn-kg": {"epochs": 15, "learning_rate": 0.03, "factors": 8},
    "factorisation-machine": {"epochs": 15, "learning_rate": 0.03, "factors": 8},
    "sasrec": {"epochs": 15, "learning_rate": 0.02, "factors": 16, "blocks": 1, "batch_size": 20},
    "two-tower": {"epochs": 20, "learning_rate": 0.02, "factors": 16, "batch_size": 20},
    "lstm": {"epochs": 50, "learning_rate": 0.05, "dropout": 0.0, "factors": 16, "batch_size": 20},
}


def make_model(name: str) -> Recommender:
    """Return an unfitted model; those that learn by gradient descent learn little, but quickly."""
    model = make_default(name)
    for setting, value in SETTINGS.get(name, {}).items():
        setattr(model, setting, value)
    return model
