"""Our LinUCB and linear Thompson sampling, on the log that mabwiser gets."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np

from engine.policies.context import PolicyContext
from engine.policies.registry import make_policy
from tests.benchmarks.ridge import ridge_means
from tests.benchmarks.scene import fit, movielens_scene
from tests.benchmarks.worker import serve

N, RATE, SEED, CALLS = 10, 0.5, 7, 12


def prepare(folder: Path, policy: str) -> Callable[[], dict[str, object]]:
    """Load the data; the work is a ridge regression a person, and lists with their chances.

    Each call has a context of its own, in which nothing but the item vectors is worked out.
    """
    scene = movielens_scene()
    model = fit(scene, "popularity")
    contexts = [PolicyContext(scene.train, model, scene.train.histories) for _ in range(CALLS)]
    for context in contexts:
        assert context.embeddings is not None
    waiting = iter(contexts)

    def work() -> dict[str, object]:
        context = next(waiting)
        means = ridge_means(context)
        slates = make_policy(policy, context).choose(
            means,
            ~context.histories.seen(),
            n=N,
            rate=RATE,
            rng=np.random.default_rng(SEED),
        )
        return {"best": float(slates.scores[:, 0].mean())}

    return work


if __name__ == "__main__":
    serve(prepare)
