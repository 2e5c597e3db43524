"""recscope: exact explanations, one person at a time, by the public door."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np

from engine.explanations.attribution import explain
from engine.histories import Histories
from engine.models.ease import Ease
from tests.benchmarks.contestants.kept_game import PLAYERS, error, kept
from tests.benchmarks.worker import serve


def prepare(folder: Path, who: str, repeats: str) -> Callable[[], dict[str, object]]:
    """Put the fitted model together again; the work is one explanation a person."""
    game = kept(folder)
    model = Ease()
    model.item_weights_, model.n_items_ = game["weights"], len(game["weights"])
    everyone = Histories(
        game["indptr"], game["items"], np.ones(len(game["items"]), np.float32), model.n_items_
    )
    most = PLAYERS if who == "long" else None
    lists = [everyone.items_of(row)[:most].tolist() for row in game[who]]
    histories = [Histories.from_lists([items], n_items=model.n_items_) for items in lists]
    targets = [int(game["best"][row]) for row in game[who]]
    truth = [
        game["weights"][items, target].astype(float)
        for items, target in zip(lists, targets, strict=True)
    ]

    def work() -> dict[str, object]:
        for _ in range(int(repeats)):
            found = [
                explain(model, history, target).contributions
                for history, target in zip(histories, targets, strict=True)
            ]
        return {"people": len(targets) * int(repeats), "error": error(found, truth)}

    return work


if __name__ == "__main__":
    serve(prepare)
