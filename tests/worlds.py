"""Small data sets whose right answers are known by construction."""

from functools import cache

import numpy as np
import polars as pl

from engine.dataset import Dataset, make_dataset
from engine.histories import Histories
from engine.models.popularity import Popularity
from engine.policies.context import PolicyContext
from engine.testing import checkerboard, dataset_from, noisy

__all__ = ["checkerboard", "dataset_from", "noisy", "policy_context", "shop", "shop_model"]


@cache
def shop(n_items: int) -> Dataset:
    """Nine people, items of three providers with one or two of four categories, skewed log."""
    rng = np.random.default_rng(n_items)
    has = rng.random((9, n_items)) < 0.8 / np.sqrt(1 + np.arange(n_items))
    has[np.arange(n_items) % 8, np.arange(n_items)] = True
    people, things = np.nonzero(has)
    rows = [str(item) for item in range(n_items)]
    return make_dataset(
        "shop",
        pl.DataFrame({"user_id": people.astype(str).tolist(), "item_id": things.astype(str)}),
        items=pl.DataFrame(
            {
                "item_id": rows,
                "provider": [f"p{item % 3}" for item in range(n_items)],
                "categories": [
                    sorted({f"c{item % 4}", f"c{item // 2 % 4}"}) for item in range(n_items)
                ],
            }
        ),
        users=pl.DataFrame({"user_id": [str(user) for user in range(9)]}),
    )


@cache
def shop_model(n_items: int) -> Popularity:
    return Popularity().fit(shop(n_items), rng=np.random.default_rng(0))


def policy_context(n_people: int, n_items: int, *, alike: bool = False) -> PolicyContext:
    """The shop's people over and over, the last of whom has nothing; or one of them alone."""
    dataset = shop(n_items)
    rows = np.zeros(n_people, dtype=np.int64) if alike else np.arange(n_people) % 9
    histories: Histories = dataset.histories.take(rows)
    return PolicyContext(dataset, shop_model(n_items), histories)
