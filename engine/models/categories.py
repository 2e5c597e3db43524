"""Which categories a catalogue's items are in, as numbers."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.dataset import Dataset

__all__ = ["Categories", "categories_of"]


@dataclass(frozen=True, eq=False)
class Categories:
    """One unit an item, spread evenly over its categories; nothing for an item without.

    Attributes
    ----------
    names
        The C categories, in order of their names; there may be none.
    shares
        (I, C) how much of each item is in each category.
    """

    names: tuple[str, ...]
    shares: NDArray[np.float64]


def categories_of(dataset: Dataset) -> Categories:
    """Read the categories off the items table.

    Examples
    --------
    >>> from engine.sources.registry import load
    >>> categories_of(load("planted")).shares.sum(axis=1).max()
    np.float64(1.0)
    """
    pairs = dataset.items.select("categories").with_row_index("row").explode("categories")
    pairs = pairs.drop_nulls().unique()
    names = sorted(pairs["categories"].unique())
    shares = np.zeros((dataset.n_items, len(names)))
    shares[pairs["row"].to_numpy(), np.searchsorted(names, pairs["categories"].to_numpy())] = 1
    shares /= np.maximum(shares.sum(axis=1, keepdims=True), 1)
    return Categories(tuple(names), shares)
