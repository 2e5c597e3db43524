"""The l2 of logistic-mf is within .01 nDCG@10 of the best of a small search over three seeds.

Cut and measured as in the search for the other torch models.
"""

from __future__ import annotations

from engine.models.logistic_mf import LogisticMF
from tests.evidence.accuracy import SEEDS
from tests.evidence.search import Grids, search

__all__ = ["run"]

L2 = (1e-4, 1e-2, 0.1, 0.3)
GRIDS: Grids = {"logistic-mf": {f"l2={l2}": LogisticMF(l2=l2) for l2 in L2}}


def run() -> dict[str, object]:
    """Return the validation nDCG@10 of every setting at its best and at the default epoch."""
    return search(GRIDS, seeds=SEEDS)
