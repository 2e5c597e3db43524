"""The edge weight of LightGCN with the film graph is within .01 nDCG@10 of the best of three.

Cut and measured as in the search for the other torch models. All else is LightGCN's.
"""

from __future__ import annotations

from engine.models.light_gcn_kg import LightGCNWithEdges
from tests.evidence.search import Grids, search

__all__ = ["run"]

GRIDS: Grids = {
    "lightgcn-kg": {
        f"edge_weight={weight}": LightGCNWithEdges(edge_weight=weight) for weight in (0.1, 0.3, 1.0)
    }
}


def run() -> dict[str, object]:
    """Return the validation nDCG@10 of every weight at its best and at the default epoch."""
    return search(GRIDS)
