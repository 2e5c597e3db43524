"""The defaults of the models of torch are within .01 nDCG@10 of the best of a small search.

Every fit learns from three quarters of each history of one training part of the accuracy proof,
and is measured on the rest after every epoch, so no held-out rating has a say and the number of
epochs is searched along with the setting named.
"""

from __future__ import annotations

from dataclasses import replace

from engine.models.bpr import BPR
from engine.models.light_gcn import LightGCN
from engine.models.mult_vae import MultVAE
from tests.evidence.search import Grids, search

__all__ = ["run"]

GRIDS: Grids = {
    "bpr": {f"l2={l2}": BPR(l2=l2) for l2 in (1e-4, 1e-3)},
    "lightgcn": {f"layers={layers}": LightGCN(layers=layers) for layers in (1, 2)},
    "mult-vae": {
        f"{name}={value}": replace(MultVAE(), **{name: value})
        for name, values in {"kl_weight": (0.5, 1.0), "hidden": (300,), "dropout": (0.7,)}.items()
        for value in values
    },
}


def run() -> dict[str, object]:
    """Return the validation nDCG@10 of every setting at its best and at the default epoch."""
    return search(GRIDS)
