"""Provider groups: who made the items, or what kind they are, and what attention is their due."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

__all__ = ["OTHERS", "Providers", "make_providers"]

OTHERS = "(others)"
# A group below this share of past interactions is too small for a ratio to mean much.
_LEAST_SHARE = 0.01


@dataclass(frozen=True, eq=False)
class Providers:
    """A partition of the catalogue into G groups.

    Attributes
    ----------
    by
        "provider", or "category" where the data name no provider.
    names
        G group names; groups with under 1% of past interactions share one, `OTHERS`.
    membership
        (I, G) one unit an item, spread evenly over its categories; 0 for an item without any.
    merit
        (G,) past interactions with the items of each group.
    """

    by: str
    names: tuple[str, ...]
    membership: NDArray[np.float64]
    merit: NDArray[np.float64]


def make_providers(
    items: pl.DataFrame,
    popularity: NDArray[np.int64],
    *,
    categories: NDArray[np.float64],
    category_names: Sequence[str],
) -> Providers:
    """Group a catalogue by provider, or else by category.

    Parameters
    ----------
    items
        The items table, a row each.
    popularity
        (I,) past interactions of each item: the declared merit.
    categories, category_names
        (I, C) as in `audits.data.AuditData`.
    """
    named = "provider" in items.columns and items["provider"].null_count() < items.height
    if named:
        by, names, membership = "provider", *_of_providers(items["provider"])
    else:
        sizes = categories.sum(axis=1, keepdims=True)
        by, names, membership = "category", tuple(category_names), categories / np.maximum(sizes, 1)
    merit = popularity @ membership
    small = merit < _LEAST_SHARE * merit.sum()
    if small.sum() > 1:
        membership = np.column_stack([membership[:, ~small], membership[:, small].sum(axis=1)])
        merit = np.append(merit[~small], merit[small].sum())
        names = (
            *(name for name, is_small in zip(names, small, strict=True) if not is_small),
            OTHERS,
        )
    return Providers(by, names, membership, merit)


def _of_providers(providers: pl.Series) -> tuple[tuple[str, ...], NDArray[np.float64]]:
    names = tuple(sorted(providers.drop_nulls().unique()))
    membership = np.zeros((len(providers), len(names)))
    rows = np.flatnonzero(providers.is_not_null().to_numpy())
    membership[rows, np.searchsorted(names, providers.drop_nulls().to_numpy().astype(str))] = 1
    return names, membership
