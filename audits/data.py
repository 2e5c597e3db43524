"""What an audit holds lists against: held-out choices, popularity, categories, groups.

It does not depend on any recommendation, so it is prepared once and serves every list.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import polars as pl
from numpy.typing import NDArray
from scipy import sparse

from audits.blocks import blocks_of
from audits.group_expressions import find_groups
from audits.groups import Groups
from audits.kernels.calibration import category_mass
from audits.kernels.popularity import tail_items
from audits.kernels.serendipity import unit_vectors
from engine.errors import TableError
from engine.tables import HELD_OUT, INTERACTIONS, ITEMS, USERS, conform

__all__ = ["AuditData", "prepare"]


@dataclass(frozen=True, eq=False)
class AuditData:
    """The fixed side of an audit, as arrays over U audited users and the whole catalogue of I.

    Attributes
    ----------
    users
        user_id and attributes of the audited users; row order is the user row.
    items
        item_id of the catalogue with its attributes; row order is the item row.
    relevant
        (R,) sorted keys user row × I + item row of the held-out pairs.
    n_relevant
        (U,) number of held-out items of each user.
    popularity
        (I,) training interactions of each item (= distinct users, a pair stands once).
    n_train_users
        Number of users in training.
    categories
        (I, C) 1 where the item is in the category.
    category_names
        The C names.
    history
        (U, I) weights of what each audited user had in training, never negative.
    """

    users: pl.DataFrame
    items: pl.DataFrame
    relevant: NDArray[np.int64]
    n_relevant: NDArray[np.int64]
    popularity: NDArray[np.int64]
    n_train_users: int
    categories: NDArray[np.float64]
    category_names: tuple[str, ...]
    history: sparse.csr_array

    @property
    def n_users(self) -> int:
        """U, the number of audited users."""
        return self.users.height

    @property
    def n_items(self) -> int:
        """I, the size of the catalogue."""
        return self.items.height

    @cached_property
    def user_rows(self) -> pl.DataFrame:
        """user_id and its row, for joins."""
        return self.users.select("user_id").with_row_index("user_row")

    @cached_property
    def item_rows(self) -> pl.DataFrame:
        """item_id and its row, for joins."""
        return self.items.select("item_id").with_row_index("item_row")

    @cached_property
    def blocks(self) -> NDArray[np.int64]:
        """(U,) block of each user for the delete-group jackknife."""
        return blocks_of(self.users["user_id"])

    @cached_property
    def history_mass(self) -> NDArray[np.float64]:
        """(U, C) what each user's history gives to each category, by weight."""
        every_item = np.arange(self.n_items)[:, None]
        return np.asarray(self.history @ category_mass(every_item, self.categories))

    @cached_property
    def history_direction(self) -> NDArray[np.float64]:
        """(U, C) mean unit category vector of each user's history; NaN for an empty one."""
        unit = unit_vectors(self.categories)
        had = (self.history > 0).astype(np.float64)
        usable = had @ np.any(unit != 0, axis=1).astype(np.float64)
        return np.asarray((had @ unit) / np.where(usable > 0, usable, np.nan)[:, None])

    @cached_property
    def tail(self) -> NDArray[np.bool_]:
        """(I,) true for items outside the popular head."""
        return tail_items(self.popularity)

    def part(self, start: int, stop: int) -> AuditData:
        """Return the same with the users of some rows alone; popularity stays that of all."""
        n = self.n_items
        first, last = np.searchsorted(self.relevant, [start * n, stop * n])
        return replace(
            self,
            users=self.users.slice(start, stop - start),
            relevant=self.relevant[first:last] - start * n,
            n_relevant=self.n_relevant[start:stop],
            history=self.history[start:stop],
        )

    def groups(self, expression: str) -> Groups:
        """Return groups of users, as `audits.group_expressions.find_groups` reads them."""
        had = np.diff(self.history.indptr)
        return find_groups(self.users, expression, activity=pl.Series(had, dtype=pl.Int64))


def prepare(
    *,
    interactions: pl.DataFrame,
    held_out: pl.DataFrame,
    users: pl.DataFrame | None = None,
    items: pl.DataFrame | None = None,
) -> AuditData:
    """Check the tables and turn them into arrays.

    The audited users are those with held-out items. Without an items table the catalogue is
    every item of the two logs, and there are no categories.

    Raises
    ------
    TableError
        A table is not as `engine.tables` says, or names an item outside the catalogue.
    """
    train = conform(interactions, INTERACTIONS)
    test = conform(held_out, HELD_OUT)
    catalogue = _catalogue(items, train, test)
    people = _people(users, test)
    train_rows = _item_rows(train, catalogue, "the interactions table")
    test_rows = _item_rows(test, catalogue, "the held-out table")
    user_rows = test.join(people.select("user_id").with_row_index("row"), on="user_id", how="left")
    owners = user_rows["row"].to_numpy().astype(np.int64)
    categories, names = _categories(catalogue)
    return AuditData(
        users=people,
        items=catalogue,
        relevant=np.sort(owners * catalogue.height + test_rows),
        n_relevant=np.bincount(owners, minlength=people.height),
        popularity=np.bincount(train_rows, minlength=catalogue.height),
        n_train_users=train["user_id"].n_unique(),
        categories=categories,
        category_names=names,
        history=_history(train, train_rows, people, catalogue.height),
    )


def _history(
    train: pl.DataFrame, item_rows: NDArray[np.int64], people: pl.DataFrame, n_items: int
) -> sparse.csr_array:
    """(U, I) weights of the audited users' training rows; a weight below 0 says nothing."""
    weight = pl.col("weight") if "weight" in train.columns else pl.lit(1.0)
    rows = train.select(
        "user_id", weight.clip(lower_bound=0.0).alias("weight"), pl.Series("item_row", item_rows)
    ).join(people.select("user_id").with_row_index("row"), on="user_id", how="inner")
    return sparse.csr_array(
        (rows["weight"].to_numpy(), (rows["row"].to_numpy(), rows["item_row"].to_numpy())),
        shape=(people.height, n_items),
    )


def _catalogue(items: pl.DataFrame | None, train: pl.DataFrame, test: pl.DataFrame) -> pl.DataFrame:
    if items is not None:
        return conform(items, ITEMS)
    seen = pl.concat([train.select("item_id"), test.select("item_id")])
    return seen.unique().sort("item_id")


def _people(users: pl.DataFrame | None, test: pl.DataFrame) -> pl.DataFrame:
    audited = test.select("user_id").unique(maintain_order=True).sort("user_id")
    if users is None:
        return audited
    known = conform(users, USERS)
    return audited.join(known, on="user_id", how="left", maintain_order="left")


def _item_rows(table: pl.DataFrame, items: pl.DataFrame, where: str) -> NDArray[np.int64]:
    rows = table.select("item_id").join(
        items.select("item_id").with_row_index("row"),
        on="item_id",
        how="left",
        maintain_order="left",
    )["row"]
    if rows.null_count():
        first = int(rows.is_null().arg_true()[0])
        raise TableError(
            "{file}, row {row}: item {item} is not in the items table. Add it there, or remove "
            "the row",
            file=where,
            row=first + 1,
            item=table["item_id"][first],
        )
    return rows.to_numpy().astype(np.int64)


def _categories(items: pl.DataFrame) -> tuple[NDArray[np.float64], tuple[str, ...]]:
    if "categories" not in items.columns:
        return np.zeros((items.height, 0)), ()
    pairs = items.select("categories").with_row_index("row").explode("categories").drop_nulls()
    names: Sequence[str] = sorted(pairs["categories"].unique())
    matrix = np.zeros((items.height, len(names)))
    matrix[pairs["row"].to_numpy(), np.searchsorted(names, pairs["categories"].to_numpy())] = 1
    return matrix, tuple(names)
