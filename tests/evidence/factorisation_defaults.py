"""The defaults of the factorisation machine are within .01 nDCG@10 of the best of a small search.

As in the search for the other torch models: every fit learns from three quarters of each history of
one training part of the accuracy proof, and is measured on the rest after every epoch.
"""

from __future__ import annotations

from engine.models.factorisation_machine import FactorisationMachine
from engine.sources.registry import load
from tests.evidence.accuracy import TEST_SHARE, cut
from tests.evidence.search import SEED, TOLERANCE, course

__all__ = ["run"]

L2 = (3e-2, 1e-1, 3e-1)


def run() -> dict[str, object]:
    """Return the validation nDCG@10 of every setting at its best and at the default epoch."""
    train = cut(load("ml-100k"), seed=SEED).train
    default = FactorisationMachine()
    courses = {l2: course(FactorisationMachine(l2=l2), train) for l2 in L2}
    best = max(float(found.max()) for found in courses.values())
    behind = best - float(courses[default.l2][default.epochs - 1])
    return {
        "headline": f"{behind:.4f} behind the best",
        "holds": behind <= TOLERANCE,
        "settings": {
            "seed": SEED,
            "validation share": TEST_SHARE,
            "tolerance": TOLERANCE,
            "defaults": vars(default),
        },
        "validation ndcg": {
            f"l2={l2}": {
                "best": round(float(found.max()), 4),
                "at epoch": int(found.argmax()) + 1,
                "at the default epoch": round(float(found[default.epochs - 1]), 4),
            }
            for l2, found in courses.items()
        },
    }
