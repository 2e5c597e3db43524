"""The defaults of two towers and of the LSTM are within .01 nDCG@10 of the best of a small search.

Cut and measured as in the search for the other torch models.
"""

from __future__ import annotations

from dataclasses import replace

from engine.models.lstm import LSTM
from engine.models.two_tower import TwoTower
from tests.evidence.torch_defaults import search

__all__ = ["run"]

GRIDS = {
    "two-tower": {
        f"{name}={value}": replace(TwoTower(), **{name: value})
        for name, values in {
            "dropout": (0.25, 0.5),
            "id_dropout": (0.0, 0.5),
            "learning_rate": (3e-3,),
            "factors": (32,),
        }.items()
        for value in values
    },
    "lstm": {
        f"{name}={value}": replace(LSTM(), **{name: value})
        for name, values in {
            "dropout": (0.5, 0.2),
            "negatives": (4,),
            "learning_rate": (2e-3,),
            "factors": (32,),
        }.items()
        for value in values
    },
}


def run() -> dict[str, object]:
    """Return the validation nDCG@10 of every setting at its best and at the default epoch."""
    return search(GRIDS)
