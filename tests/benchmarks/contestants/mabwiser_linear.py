"""mabwiser's LinUCB and LinTS: an arm a person, a context an item."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
from mabwiser.mab import MAB, LearningPolicy

from tests.benchmarks.worker import serve

N, SEED = 10, 7
REPEATS, PEOPLE = 60, 30


def prepare(folder: Path, kind: str) -> Callable[[], dict[str, object]]:
    """Read the log; the work is a ridge regression a person, and the list of each.

    The log's rows are (person, item, reward). What mabwiser expects of every item for every
    person is written beside it, and of LinTS how much that varies between draws.
    """
    with np.load(folder / "log.npz") as arrays:
        people, items, rewards, vectors, eligible = (
            arrays[name] for name in ("people", "items", "rewards", "vectors", "eligible")
        )
    arms = list(range(len(eligible)))
    policies = {"ucb": LearningPolicy.LinUCB, "ts": LearningPolicy.LinTS}

    def fitted() -> MAB:
        bandit = MAB(arms, policies[kind](alpha=1.0, l2_lambda=1.0), seed=SEED)
        bandit.fit(people, rewards, vectors[items])
        return bandit

    def expect(bandit: MAB) -> np.ndarray:
        found = bandit.predict_expectations(vectors)
        return np.array([list(by_arm.values()) for by_arm in found]).T

    def work() -> dict[str, object]:
        values = np.where(eligible, expect(fitted()), -np.inf)
        lists = np.argsort(-values, axis=1, kind="stable")[:, :N]
        return {"best": float(np.take_along_axis(values, lists[:, :1], axis=1).mean())}

    np.save(folder / f"{kind}.npy", expect(fitted()))
    if kind == "ts":
        bandit = fitted()
        draws = np.stack([expect(bandit)[:PEOPLE] for _ in range(REPEATS)])
        np.save(folder / "ts_variance.npy", draws.var(axis=0, ddof=1))
    return work


if __name__ == "__main__":
    serve(prepare)
