"""Plackett-Luce lists with their chances, for everyone at once."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np

from engine.policies.plackett_luce import draw_places
from engine.policies.sharpness import find_sharpness
from tests.benchmarks.worker import serve

N, RATE, SEED = 10, 0.2, 7


def prepare(folder: Path, *given: str) -> Callable[[], dict[str, object]]:
    """Read the scores; the work is temperatures, draws and the chance of each.

    The option "sharpness" takes the temperatures from the file.
    """
    with np.load(folder / "scores.npz") as arrays:
        scores, eligible, known = (arrays[name] for name in ("scores", "eligible", "sharpness"))

    def work() -> dict[str, object]:
        sharpness = known if "sharpness" in given else find_sharpness(scores, eligible, rate=RATE)
        rng = np.random.default_rng(SEED)
        items, chances = draw_places(scores, eligible, sharpness=sharpness, n=N, rng=rng)
        surprise = -np.log(chances).sum(axis=1)
        return {
            "first": float(np.take_along_axis(scores, items[:, :1], axis=1).mean()),
            "surprise": float(surprise.mean()),
            "error": float(surprise.std() / np.sqrt(len(surprise))),
        }

    return work


if __name__ == "__main__":
    serve(prepare)
