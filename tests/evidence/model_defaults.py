"""The defaults of EASE, ItemKNN and ALS are within .01 nDCG@10 of the best of a grid.

Each training part of the accuracy proof is cut once more, 75/25: models learn from three quarters
and are measured on the rest, so no held-out rating has a say. ALS stays below the best
regularization of the grid, which is too strong for smaller logs.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import product

import numpy as np

from engine.models.als import ALS
from engine.models.base import Recommender
from engine.models.ease import Ease
from engine.models.item_knn import ItemKNN
from engine.models.registry import make_model
from engine.sources.registry import load
from tests.evidence.accuracy import SEEDS, cut, measure

__all__ = ["run"]

TOLERANCE = 0.01
REGULARIZATIONS = {
    f"regularization={value:g}": Ease(regularization=value)
    for value in (100.0, 200.0, 300.0, 500.0, 700.0, 1000.0)
}
NEIGHBOURS = {
    f"k={k} shrink={shrink}": ItemKNN(k=k, shrink=shrink)
    for k, shrink in product((50, 100, 200, 400), (0, 10, 30, 100))
}
FACTORS = {
    f"factors={factors} regularization={regularization} alpha={alpha}": ALS(
        factors=factors, regularization=regularization, alpha=alpha
    )
    for factors, regularization, alpha in product((8, 16, 32), (1.0, 10.0, 30.0), (1, 3, 10))
}
GRIDS: Mapping[str, Mapping[str, Recommender]] = {
    "ease": REGULARIZATIONS,
    "item-knn": NEIGHBOURS,
    "als": FACTORS,
}


def run() -> dict[str, object]:
    """Return the validation nDCG@10 of every setting, the mean over seeds, best first."""
    dataset = load("ml-100k")
    parts = {seed: cut(cut(dataset, seed=seed).train, seed=seed + 1000) for seed in SEEDS}
    found = {}
    for name, grid in GRIDS.items():
        means = {
            setting: float(
                np.mean([measure(model, part, seed=seed) for seed, part in parts.items()])
            )
            for setting, model in grid.items()
        }
        found[name] = dict(sorted(means.items(), key=lambda pair: -pair[1]))
    behind = {
        name: _behind(found[name], grid, default=make_model(name)) for name, grid in GRIDS.items()
    }
    return {
        "headline": ", ".join(f"{name} {gap:.4f} behind the best" for name, gap in behind.items()),
        "holds": max(behind.values()) <= TOLERANCE,
        "settings": {"seeds": list(SEEDS), "tolerance": TOLERANCE},
        "behind the best": behind,
        "validation ndcg": {
            name: {setting: round(mean, 4) for setting, mean in means.items()}
            for name, means in found.items()
        },
    }


def _behind(
    means: Mapping[str, float], grid: Mapping[str, Recommender], *, default: Recommender
) -> float:
    """How far the default setting is behind the best one."""
    (chosen,) = (
        setting
        for setting, model in grid.items()
        if {name: vars(model)[name] for name in vars(default)} == vars(default)
    )
    return round(max(means.values()) - means[chosen], 4)
