"""What a policy may know beside the scores: the catalogue, the log, and whom it lists for."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import polars as pl
from numpy.typing import NDArray

from engine.dataset import Dataset
from engine.errors import CapabilityError
from engine.histories import Histories
from engine.models.base import Recommender
from engine.models.content import text_vectors
from engine.policies.embeddings import embed_items
from engine.policies.interests import Interests, find_interests

__all__ = ["PolicyContext"]

# The head holds this share of all interactions, as in the audits.
_HEAD_SHARE = 0.8
# Providers beyond the largest ones share one group, so that every group has items to list.
_MOST_GROUPS = 8


@dataclass(frozen=True, eq=False)
class PolicyContext:
    """Built once for a batch of people; everything else is derived from it when asked for.

    Attributes
    ----------
    dataset
        The catalogue, and the log the model learned from.
    model
        The fitted model.
    histories
        (B) the histories that are listed for: row b of the scores belongs to row b here.
    """

    dataset: Dataset
    model: Recommender
    histories: Histories

    @cached_property
    def scores(self) -> NDArray[np.float32]:
        """(B, I) what the model gives everyone, worked out once for all rates; nobody may write."""
        scores = self.model.score(self.histories)
        scores.flags.writeable = False
        return scores

    @cached_property
    def popularity(self) -> NDArray[np.int64]:
        """(I,) interactions of each item in the log."""
        return np.bincount(self.dataset.histories.items, minlength=self.dataset.n_items)

    @cached_property
    def tail(self) -> NDArray[np.bool_]:
        """(I,) true outside the head.

        The head is the smallest set of most popular items with 80% of all interactions; ties go
        to the lower item row. The audits use the same rule.
        """
        order = np.argsort(-self.popularity, kind="stable")
        reached = np.cumsum(self.popularity[order])
        head = int(np.searchsorted(reached, _HEAD_SHARE * reached[-1] * (1 - 1e-12))) + 1
        tail = np.ones(len(order), dtype=bool)
        tail[order[:head]] = False
        return tail

    @cached_property
    def categories(self) -> NDArray[np.float64]:
        """(I, C) 1 where the item is in the category; categories in order of their names.

        Raises
        ------
        CapabilityError
            The data name no categories.
        """
        pairs = self.dataset.items.select("categories").with_row_index("row")
        pairs = pairs.explode("categories").drop_nulls()
        names = sorted(pairs["categories"].unique())
        if not names:
            raise CapabilityError(
                "the items of {dataset} name no categories, which this policy needs; add a column "
                "categories, or choose another policy",
                dataset=self.dataset.name,
            )
        matrix = np.zeros((self.dataset.n_items, len(names)))
        columns = np.searchsorted(names, pairs["categories"].to_numpy())
        matrix[pairs["row"].to_numpy(), columns] = 1
        return matrix

    @cached_property
    def category_shares(self) -> NDArray[np.float64]:
        """(I, C) one unit an item, spread evenly over its categories; 0 for an item without."""
        sizes = self.categories.sum(axis=1, keepdims=True)
        return np.asarray(self.categories / np.maximum(sizes, 1))

    @cached_property
    def clusters(self) -> NDArray[np.int64]:
        """(I,) the rarest category of each item (ties: the first by name); -1 without any."""
        sizes = np.where(self.categories > 0, self.categories.sum(axis=0), np.inf)
        return np.where(self.categories.any(axis=1), np.argmin(sizes, axis=1), -1)

    @cached_property
    def text(self) -> NDArray[np.float64]:
        """(I, d) text vectors of the items, as of `engine.models.content.text_vectors`."""
        return text_vectors(self.dataset)

    @cached_property
    def interests(self) -> Interests:
        """Clusters of items that read alike."""
        return find_interests(self.text)

    @cached_property
    def groups(self) -> NDArray[np.int64]:
        """(I,) provider group of each item, coded from 0.

        The eight largest providers are a group each, all others share one, and so do items
        without a provider. Where the data name no provider at all, head and tail are the groups.
        """
        providers = self.dataset.items["provider"]
        if providers.null_count() == len(providers):
            return self.tail.astype(np.int64)
        sizes = providers.drop_nulls().value_counts().sort("count", "provider", descending=True)
        largest = sizes["provider"].head(_MOST_GROUPS).to_list()
        codes = providers.replace_strict(
            largest, range(len(largest)), default=len(largest), return_dtype=pl.Int64
        ).to_numpy()
        codes = np.where(providers.is_null().to_numpy(), len(largest) + 1, codes)
        # Codes that no item has drop out.
        return np.asarray(np.unique(codes, return_inverse=True)[1])

    @cached_property
    def protected(self) -> NDArray[np.bool_]:
        """(I,) true outside the group with the most interactions (ties: the lower code)."""
        totals = np.bincount(self.groups, weights=self.popularity)
        return np.asarray(self.groups != np.argmax(totals))

    @cached_property
    def embeddings(self) -> NDArray[np.float64]:
        """(I, d) item vectors of length 1: the model's own, or from a factorisation of the log.

        Learned vectors are longer the more popular an item is; at one length, an item is not more
        uncertain for being popular. An item without a vector stays 0.
        """
        learned = self.model.item_vectors()
        vectors = embed_items(self.dataset.histories) if learned is None else learned
        wide = vectors.astype(np.float64)
        lengths = np.linalg.norm(wide, axis=1, keepdims=True)
        return np.asarray(wide / np.where(lengths > 0, lengths, 1))
