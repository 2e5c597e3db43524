"""Small data sets whose right answers are known by construction."""

import numpy as np
import polars as pl

from engine.dataset import Dataset, make_dataset


def dataset_from(
    has: np.ndarray, *, spare_items: int = 0, order: np.random.Generator | None = None
) -> Dataset:
    """Build a data set from a users × items array of weights (0 = not there).

    Histories are in the order of the items, or shuffled by ``order``.
    """
    users, items = np.nonzero(has)
    if order is not None:
        places = order.permutation(len(users))
        users, items = users[places], items[places]
    log = pl.DataFrame(
        {
            "user_id": users.astype(str).tolist(),
            "item_id": items.astype(str).tolist(),
            "weight": has[users, items].astype(float),
        }
    )
    catalogue = [str(item) for item in range(has.shape[1] + spare_items)]
    people = [str(user) for user in range(len(has))]
    return make_dataset(
        "made",
        log,
        users=pl.DataFrame({"user_id": people}),
        items=pl.DataFrame(
            {"item_id": catalogue, "title": [f"Title {item}" for item in catalogue]}
        ),
    )


def checkerboard(size: int = 40) -> Dataset:
    """Even users have the even items, odd users the odd ones; user u lacks item u alone.

    So item u is the one right answer for user u. The order of a history tells nothing.
    """
    grid = np.add.outer(np.arange(size), np.arange(size)) % 2 == 0
    np.fill_diagonal(grid, False)
    return dataset_from(grid, order=np.random.default_rng(6))


def noisy() -> Dataset:
    """Random histories with weights 1 to 5, two items that nobody has and a user without any."""
    rng = np.random.default_rng(11)
    has = (rng.random((30, 25)) < 0.3) * rng.integers(1, 6, size=(30, 25))
    has[7] = 0
    return dataset_from(has, spare_items=2)
