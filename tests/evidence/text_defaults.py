"""The defaults of two towers and of the LSTM are within .01 nDCG@10 of the best tried.

Cut and measured as in the search for the other torch models, with three seeds: these models learn
in seconds, and two fits of one setting differ by about as much as two settings do.
"""

from __future__ import annotations

from dataclasses import replace

from engine.models.lstm import LSTM
from engine.models.two_tower import TwoTower
from tests.evidence.accuracy import SEEDS
from tests.evidence.search import Grids, search

__all__ = ["run"]

GRIDS: Grids = {
    "two-tower": {
        "dropout=0.25": TwoTower(),
        "dropout=0.5": TwoTower(dropout=0.5),
        "id_dropout=0.5": TwoTower(id_dropout=0.5),
        "learning_rate=0.003": TwoTower(learning_rate=3e-3),
    },
    "lstm": {
        "dropout=0.5": LSTM(),
        "dropout=0.3": LSTM(dropout=0.3),
        "negatives=4": LSTM(negatives=4),
        # A slower rate needs more epochs to arrive.
        "learning_rate=0.002 epochs=16": replace(LSTM(), learning_rate=2e-3, epochs=16),
    },
}


def run() -> dict[str, object]:
    """Return the validation nDCG@10 of every setting at its best and at the default epoch."""
    return search(GRIDS, seeds=SEEDS)
