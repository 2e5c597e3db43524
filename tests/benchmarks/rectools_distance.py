"""Cosine distance over categories in the form RecTools asks for; it ships Hamming alone."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from rectools.metrics import PairwiseDistanceCalculator

__all__ = ["CosineDistance"]


class CosineDistance(PairwiseDistanceCalculator):
    """1 - cosine of two items' category vectors; NaN where one has no category."""

    def __init__(self, items: pd.DataFrame) -> None:
        categories = items.set_index("item_id")["categories"].str.get_dummies("|").astype(float)
        norms = np.sqrt((categories**2).sum(axis=1)).replace(0, np.nan)
        self._unit = categories.div(norms, axis=0).to_numpy()
        self._rows = pd.Series(np.arange(len(items)), index=categories.index)

    def _get_distances_for_item_pairs(
        self, items_0: NDArray[np.object_], items_1: NDArray[np.object_]
    ) -> NDArray[np.float64]:
        left = self._unit[self._rows.loc[items_0].to_numpy()]
        right = self._unit[self._rows.loc[items_1].to_numpy()]
        distances: NDArray[np.float64] = 1 - (left * right).sum(axis=1)
        return distances
