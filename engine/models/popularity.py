"""Popularity: everyone gets what most people have."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.dataset import Dataset
from engine.histories import Histories
from engine.models.base import Capabilities, LinearRecommender

__all__ = ["Popularity"]


@dataclass(eq=False)
class Popularity(LinearRecommender):
    """score_t = the number of users who have item t in the data set it was fitted on.

    Linear with every coefficient 0: the whole score is base value, so no history item is ever
    a reason for it.
    """

    name = "popularity"
    capabilities = Capabilities(linear_in_history=True, personalised=False)

    def _fit(self, dataset: Dataset, *, rng: np.random.Generator) -> None:
        items = dataset.histories.items
        self.counts_ = np.bincount(items, minlength=dataset.n_items).astype(np.float32)

    def _update(self, before: Dataset, after: Dataset) -> None:
        grown = after.histories.items
        self.counts_ = np.bincount(grown, minlength=after.n_items).astype(np.float32)

    def _score(self, histories: Histories) -> NDArray[np.float32]:
        # One row that everybody shares: nothing is copied, and who ranks can see that it is one.
        return np.broadcast_to(self.counts_, (len(histories), len(self.counts_)))

    def inputs(self, weights: NDArray[np.float32]) -> NDArray[np.float32]:
        """Every history item counts as 1."""
        return np.ones_like(weights)

    def coefficients(self, target: int) -> NDArray[np.floating]:
        """(I,) zeros: the history plays no part."""
        return np.zeros_like(self.counts_)

    def base_value(self, target: int) -> float:
        """Return the number of users who have the target."""
        return float(self.counts_[target])
