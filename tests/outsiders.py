"""Models of somebody else: named by import path, they know nothing of our base class."""

import numpy as np

from engine.dataset import Dataset
from engine.histories import Histories
from engine.models.popularity import Popularity

__all__ = ["Together", "a_list", "none_finite", "one_row", "words"]


class Together:
    """Items that the same people have, as often as they have them together."""

    def __init__(self, dataset: Dataset) -> None:
        has = dataset.histories.seen().astype(np.float32)
        self.together = has.T @ has

    def __call__(self, histories: Histories) -> np.ndarray:
        return histories.seen().astype(np.float32) @ self.together


class Own(Popularity):
    """A whole model of the house's kind."""

    name = "own"


def a_list(histories: Histories) -> list[list[int]]:
    return [list(range(histories.n_items)) for _ in range(len(histories))]


def one_row(histories: Histories) -> np.ndarray:
    return np.zeros(histories.n_items)


def none_finite(histories: Histories) -> np.ndarray:
    return np.full((len(histories), histories.n_items), np.nan)


def words(histories: Histories) -> list[str]:
    return ["high", "low"]


NOT_CALLABLE = 3
