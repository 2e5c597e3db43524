"""The measures that give one value a user: each a function of some users' lists."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from audits.data import AuditData
from audits.kernels import (
    accuracy,
    calibration,
    diversity,
    expected_exposure,
    popularity,
    serendipity,
)

__all__ = ["USER_KERNELS", "Kernel", "Lists"]

Values = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Lists:
    """What a per-user measure sees.

    Attributes
    ----------
    data
        What the lists are held against.
    user_rows
        (u,) which audited users these are.
    items
        (u, k) item rows in the order they are shown, -1 where a list is short.
    scores
        (u, k) their scores, NaN where there is none; None where the lists have no scores.
    median
        Of the scores of all lists, where these are only some; None = of these.
    draws
        (u, J, k) item rows of J lists of each user, each drawn on its own by the same policy, -1
        where there is none; None where each list is known once. Only expected exposure looks at
        them: ``items`` is what was shown.
    """

    data: AuditData
    user_rows: NDArray[np.int64]
    items: NDArray[np.int64]
    scores: Values | None = None
    median: float | None = None
    draws: NDArray[np.int64] | None = None

    @property
    def listed(self) -> NDArray[np.bool_]:
        """(u,) users who have a list."""
        return np.asarray(np.any(self.items >= 0, axis=1))

    @property
    def k(self) -> int:
        """Places of a list that are looked at."""
        return int(self.items.shape[1])

    @cached_property
    def hits(self) -> NDArray[np.bool_]:
        """(u, k) true where the item in that place is relevant to the user."""
        return self.are_relevant(self.items)

    def are_relevant(self, items: NDArray[np.int64]) -> NDArray[np.bool_]:
        """(u, k) true where such items are relevant to the user."""
        keys = self.user_rows[:, None] * self.data.n_items + items
        return (items >= 0) & np.isin(keys, self.data.relevant)

    @cached_property
    def fresh(self) -> NDArray[np.bool_]:
        """(u, k) true where the item in that place is not in the user's history."""
        owners, items = (self.data.history > 0).nonzero()
        keys = self.user_rows[:, None] * self.data.n_items + self.items
        return (self.items >= 0) & ~np.isin(keys, owners * self.data.n_items + items)

    @cached_property
    def n_relevant(self) -> NDArray[np.int64]:
        """(u,) held-out items of each user."""
        return self.data.n_relevant[self.user_rows]

    @cached_property
    def n_deserving(self) -> NDArray[np.int64]:
        """(u,) held-out items of each user with a list; without one there is no attention."""
        return np.where(self.listed, self.n_relevant, 0)

    @cached_property
    def exposure(self) -> Values:
        """(u, k) attention of each place that holds an item."""
        return self.attention(self.items)

    def attention(self, items: NDArray[np.int64]) -> Values:
        """(u, k) attention of each place of such lists that holds an item."""
        return np.where(items >= 0, expected_exposure.discounts(self.k), 0.0)

    @cached_property
    def category_shares(self) -> tuple[Values, Values]:
        """(u, C) category shares of the history, and of the list."""
        shown = calibration.category_mass(self.items, self.data.categories)
        return (
            calibration.shares(self.data.history_mass[self.user_rows]),
            calibration.shares(shown),
        )


Kernel = Callable[[Lists], Values]


def _serendipity(lists: Lists) -> Values:
    return serendipity.serendipity(
        lists.items,
        lists.hits,
        lists.data.history_direction[lists.user_rows],
        serendipity.unit_vectors(lists.data.categories),
    )


def _disparity(lists: Lists) -> Values:
    if lists.draws is None:
        return expected_exposure.disparity(lists.exposure, lists.n_deserving)
    return expected_exposure.disparity_of_draws(lists.draws, lists.n_deserving)


def _relevance(lists: Lists) -> Values:
    size = {"k": lists.k, "n_items": lists.data.n_items}
    if lists.draws is None:
        return expected_exposure.relevance(lists.exposure, lists.hits, lists.n_deserving, **size)
    drawn = (lists.draws >= 0).any(axis=2).sum(axis=1)
    gained = [
        expected_exposure.relevance(
            lists.attention(items), lists.are_relevant(items), lists.n_deserving, **size
        )
        for items in np.moveaxis(lists.draws, 1, 0)
    ]
    return np.asarray(np.sum(gained, axis=0) / np.maximum(drawn, 1))


def _loss(lists: Lists) -> Values:
    size = {"k": lists.k, "n_items": lists.data.n_items}
    if lists.draws is None:
        return expected_exposure.loss(lists.exposure, lists.hits, lists.n_deserving, **size)
    best = expected_exposure.ideal(lists.n_deserving, **size)
    # Not held at 0: of one person it may lie below, and so be right for all of them on average.
    return _disparity(lists) - 2 * _relevance(lists) + best


USER_KERNELS: dict[str, Kernel] = {
    "ndcg": lambda lists: accuracy.ndcg(lists.hits, lists.n_relevant),
    "recall": lambda lists: accuracy.recall(lists.hits, lists.n_relevant),
    "precision": lambda lists: accuracy.precision(lists.hits, lists.n_relevant),
    "hit_rate": lambda lists: accuracy.hit_rate(lists.hits, lists.n_relevant),
    "mrr": lambda lists: accuracy.reciprocal_rank(lists.hits, lists.n_relevant),
    "map": lambda lists: accuracy.average_precision(lists.hits, lists.n_relevant),
    "arp": lambda lists: popularity.mean_popularity(lists.items, lists.data.popularity),
    "aplt": lambda lists: popularity.tail_share(lists.items, lists.data.tail),
    "novelty": lambda lists: popularity.novelty(
        lists.items, lists.data.popularity, lists.data.n_train_users
    ),
    "intra_list_diversity": lambda lists: diversity.intra_list_diversity(
        lists.items, lists.data.categories
    ),
    "category_entropy": lambda lists: diversity.category_entropy(
        lists.items, lists.data.categories
    ),
    "serendipity": _serendipity,
    "miscalibration": lambda lists: calibration.jensen_shannon(*lists.category_shares),
    "miscalibration_kl": lambda lists: calibration.kullback_leibler(*lists.category_shares),
    "exposure_disparity": _disparity,
    "exposure_relevance": _relevance,
    "exposure_loss": _loss,
}
