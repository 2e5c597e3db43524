"""Plackett-Luce as a loop: `numpy.random.choice` over the items left, a person and place a time."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np

from tests.benchmarks.worker import serve

N, RATE, SEED, CLOSE = 10, 0.2, 7, 1e-5


def prepare(folder: Path, *given: str) -> Callable[[], dict[str, object]]:
    """Read the scores; the work is temperatures, draws and the chance of each.

    The option "sharpness" takes the temperatures from the file.
    """
    with np.load(folder / "scores.npz") as arrays:
        scores, eligible, known = (arrays[name] for name in ("scores", "eligible", "sharpness"))

    def work() -> dict[str, object]:
        state = np.random.RandomState(SEED)  # noqa: NPY002 - the function is the contestant
        first, surprise = [], []
        for row in range(len(scores)):
            left = np.flatnonzero(eligible[row])
            own = scores[row, left]
            sharpness = known[row] if "sharpness" in given else _bisect(own)
            items, chances = _draw(left, sharpness * own, state)
            first.append(items[0])
            surprise.append(-np.log(chances).sum())
        return {
            "first": float(scores[np.arange(len(first)), first].mean()),
            "surprise": float(np.mean(surprise)),
            "error": float(np.std(surprise) / np.sqrt(len(surprise))),
        }

    return work


def _softmax(logits: np.ndarray) -> np.ndarray:
    weights = np.exp(logits - logits.max())
    return np.asarray(weights / weights.sum())


def _bisect(scores: np.ndarray) -> float:
    """Halve the logarithm of the sharpness until the entropy is within `CLOSE` of the target."""
    low, high, target = -10.0, 10.0, RATE * np.log(len(scores))
    while high - low > CLOSE:
        middle = (low + high) / 2
        chances = _softmax(np.exp(middle) * scores)
        entropy = -(chances * np.log(np.maximum(chances, 1e-300))).sum()
        if abs(entropy - target) < CLOSE:
            return float(np.exp(middle))
        low, high = (middle, high) if entropy > target else (low, middle)
    return float(np.exp(high))


def _draw(
    left: np.ndarray, logits: np.ndarray, state: np.random.RandomState
) -> tuple[list[int], list[float]]:
    items, propensities = [], []
    for _ in range(N):
        chances = _softmax(logits)
        place = state.choice(len(left), p=chances)
        items.append(int(left[place]))
        propensities.append(float(chances[place]))
        left, logits = np.delete(left, place), np.delete(logits, place)
    return items, propensities


if __name__ == "__main__":
    serve(prepare)
