"""What an audit holds lists against: held-out choices, popularity, categories, groups.

It does not depend on any recommendation, so it is prepared once and serves every list.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import polars as pl
from numpy.typing import NDArray

from audits.blocks import blocks_of
from audits.groups import Groups, make_groups
from audits.kernels.popularity import tail_items
from engine.errors import TableError, UnknownNameError
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
    """

    users: pl.DataFrame
    items: pl.DataFrame
    relevant: NDArray[np.int64]
    n_relevant: NDArray[np.int64]
    popularity: NDArray[np.int64]
    n_train_users: int
    categories: NDArray[np.float64]
    category_names: tuple[str, ...]

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
        return blocks_of(self.users["user_id"].to_list())

    @cached_property
    def tail(self) -> NDArray[np.bool_]:
        """(I,) true for items outside the popular head."""
        return tail_items(self.popularity)

    def groups(self, attribute: str) -> Groups:
        """Return the groups of one user attribute; an unknown attribute is a named error."""
        known = [name for name in self.users.columns if name != "user_id"]
        if attribute not in known:
            raise UnknownNameError(
                "no user attribute {attribute}; there are {known}",
                attribute=attribute,
                known=", ".join(known) or "none (give a users table)",
            )
        return make_groups(attribute, self.users[attribute])


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
