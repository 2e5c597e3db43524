"""The game of the explanation benchmark, as its file has it, on one core."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from threadpoolctl import threadpool_limits

__all__ = ["PLAYERS", "coefficients", "error", "kept"]

PLAYERS = 50


def kept(folder: Path) -> dict[str, np.ndarray]:
    """Return weights, histories, the best item of each, and who takes part.

    From here on the contestant has one core: threads that wait for each other measure the machine.
    """
    threadpool_limits(1)
    with np.load(folder / "game.npz") as arrays:
        return {name: arrays[name] for name in arrays}


def coefficients(game: dict[str, np.ndarray]) -> list[np.ndarray]:
    """(50,) what each of the oldest fifty items gives the best item, a person each."""
    found = []
    for row in game["long"]:
        start = game["indptr"][row]
        items = game["items"][start : start + PLAYERS]
        found.append(game["weights"][items, game["best"][row]].astype(np.float64))
    return found


def error(found: list[np.ndarray], truth: list[np.ndarray]) -> float:
    """Return the largest difference, as a share of the largest contribution of that person."""
    pairs = zip(found, truth, strict=True)
    return max(float(np.abs(f - t).max() / np.abs(t).max()) for f, t in pairs)
