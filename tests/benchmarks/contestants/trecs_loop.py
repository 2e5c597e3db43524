"""T-RECS: its popularity or its content model, recommending to people who choose."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from pathlib import Path

import numpy as np
from trecs.models import ContentFiltering, PopularityRecommender

from tests.benchmarks.worker import serve

# Its own notices about defaults that are given here anyway.
warnings.simplefilter("ignore")


def prepare(folder: Path, kind: str, rounds: str) -> Callable[[], dict[str, object]]:
    """Read the world; the work is to make the model anew and run all rounds."""
    people, things = np.load(folder / "people.npy"), np.load(folder / "things.npy")

    def work() -> dict[str, object]:
        if kind == "popularity":
            model = PopularityRecommender(
                actual_user_representation=people, actual_item_representation=things
            )
        else:
            model = ContentFiltering(
                num_users=len(people),
                item_representation=things,
                actual_user_representation=people,
                seed=1,
            )
        model.run(timesteps=int(rounds), repeated_items=False, disable_tqdm=True)
        return {"user rounds": len(people) * int(rounds)}

    return work


if __name__ == "__main__":
    serve(prepare)
