"""The defaults of content, hybrid-votes and hybrid-stacked are within .003 nDCG@10 of the best.

Cut as in the search for the best model: a tenth of each history of three training parts is held
out once more, and the rest is learned from. No held-out rating of the accuracy proof has a say.
"""

from __future__ import annotations

from collections.abc import Mapping

from engine.models.content import Content
from engine.models.hybrid import RankHybrid, StackedHybrid
from engine.sources.registry import load
from tests.evidence.accuracy import SEEDS, cut, settings_of
from tests.evidence.best_model import (
    TOLERANCE,
    VALIDATION_SHARE,
    Make,
    hybrid_of,
    inner_splits,
    validated,
)

__all__ = ["run"]

GRIDS: Mapping[str, Mapping[str, Make]] = {
    "content": {"default": Content, "weighting=binary": lambda: Content(weighting="binary")},
    "hybrid-votes": {
        "default": RankHybrid,
        "by Borda's votes": lambda: RankHybrid(reciprocal=False),
        "of ease and graph-filter": hybrid_of(RankHybrid, "ease graph-filter"),
    },
    "hybrid-stacked": {
        "default": StackedHybrid,
        "held_out=0.1": lambda: StackedHybrid(held_out=0.1),
        "ridge=1000.0": lambda: StackedHybrid(ridge=1000.0),
    },
}


def run() -> dict[str, object]:
    """Return the validation nDCG@10 of every setting, mean of three cuts."""
    dataset = load("ml-100k")
    parts = inner_splits({seed: cut(dataset, seed=seed) for seed in SEEDS})
    found = {
        name: {setting: round(validated(make, parts), 4) for setting, make in grid.items()}
        for name, grid in GRIDS.items()
    }
    behind = {name: round(max(each.values()) - each["default"], 4) for name, each in found.items()}
    return {
        "headline": ", ".join(f"{name} {gap:.4f} behind the best" for name, gap in behind.items()),
        "holds": max(behind.values()) <= TOLERANCE,
        "settings": {
            "seeds": list(SEEDS),
            "tolerance": TOLERANCE,
            "validation share": VALIDATION_SHARE,
            "defaults": {name: settings_of(grid["default"]()) for name, grid in GRIDS.items()},
        },
        "behind the best": behind,
        "validation ndcg": found,
    }
