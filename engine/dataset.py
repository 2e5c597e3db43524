"""One frozen data set: its tables, its ids as row numbers, its fingerprint."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import polars as pl
from numpy.typing import NDArray

from engine.edges import conform_edges
from engine.errors import TableError, UnknownNameError
from engine.histories import Histories
from engine.tables import INTERACTIONS, ITEMS, USERS, Duplicates, Origin, conform, fingerprint

__all__ = ["Dataset", "make_dataset"]


@dataclass(frozen=True, eq=False)
class Dataset:
    """Interactions, users and items that belong together; build it with `make_dataset`.

    Attributes
    ----------
    name
        What people call it.
    interactions
        user_id, item_id, weight, timestamp; by user, oldest first, ties in input order.
    users
        user_id and attributes, one row a user, in the order of the user rows.
    items
        item_id, title, provider, categories and further columns, in the order of item rows.
    edges
        What links users and items with each other or with anything else, as
        `engine.edges.conform_edges` returns it; None where nobody gave any.
    """

    name: str
    interactions: pl.DataFrame
    users: pl.DataFrame
    items: pl.DataFrame
    edges: pl.DataFrame | None = None

    @cached_property
    def user_ids(self) -> tuple[str, ...]:
        """The user id of each user row."""
        return tuple(self.users["user_id"])

    @cached_property
    def item_ids(self) -> tuple[str, ...]:
        """The item id of each item row."""
        return tuple(self.items["item_id"])

    @property
    def n_users(self) -> int:
        """U, the number of users."""
        return self.users.height

    @property
    def n_items(self) -> int:
        """I, the size of the catalogue."""
        return self.items.height

    @cached_property
    def _user_rows(self) -> dict[str, int]:
        return {user: row for row, user in enumerate(self.user_ids)}

    @cached_property
    def _item_rows(self) -> dict[str, int]:
        return {item: row for row, item in enumerate(self.item_ids)}

    def user_row(self, user_id: str) -> int:
        """Return the row of a user; an unknown one is a named error."""
        if user_id not in self._user_rows:
            raise UnknownNameError(
                "no user {user} in {dataset}; its users are {first} to {last}",
                user=user_id,
                dataset=self.name,
                first=self.user_ids[0],
                last=self.user_ids[-1],
            )
        return self._user_rows[user_id]

    def item_row(self, item_id: str) -> int:
        """Return the row of an item; an unknown one is a named error."""
        if item_id not in self._item_rows:
            raise UnknownNameError(
                "no item {item} in {dataset}; its items are {first} to {last}",
                item=item_id,
                dataset=self.name,
                first=self.item_ids[0],
                last=self.item_ids[-1],
            )
        return self._item_rows[item_id]

    @cached_property
    def histories(self) -> Histories:
        """Every user's history, in the order of the user rows."""
        return self._histories(*self._rows_of(self.interactions))

    def _rows_of(self, log: pl.DataFrame) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
        """Return the user row and the item row of each interaction."""
        return _rows(log["user_id"], self._user_rows), _rows(log["item_id"], self._item_rows)

    def _histories(self, users: NDArray[np.integer], items: NDArray[np.int32]) -> Histories:
        lengths = np.bincount(users, minlength=self.n_users)
        return Histories(
            np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64),
            items,
            self.interactions["weight"].to_numpy().astype(np.float32),
            self.n_items,
            self.users,
            self._context(),
        )

    def _context(self) -> pl.DataFrame:
        """Return each person's last moment, at which lists are asked for: none later is known."""
        latest = pl.col("timestamp").max().alias("last_at")
        last = self.interactions.group_by("user_id").agg(latest)
        found = self.users.select("user_id").join(
            last, on="user_id", how="left", maintain_order="left"
        )
        return found.select("last_at", pl.col("last_at").alias("asked_at"))

    def with_interactions(self, interactions: pl.DataFrame) -> Dataset:
        """Return the same users and catalogue with other interactions (a part, or more rounds)."""
        return replace(self, interactions=interactions)

    def with_edges(self, edges: pl.DataFrame, *, source: str | Origin | None = None) -> Dataset:
        """Return the same data set with these edges and no others.

        Raises
        ------
        TableError
            Whatever `engine.edges.conform_edges` finds.
        """
        edges = conform_edges(edges, users=self.users, items=self.items, source=source)
        return replace(self, edges=edges)

    def with_more(self, new_interactions: pl.DataFrame) -> Dataset:
        """Return the same users and catalogue with further interactions added to the log.

        Weights default to 1, timestamps to the input order after everything that is there.

        Raises
        ------
        TableError
            A user or item the data set does not have, or a pair that is there already.
        """
        new = conform(new_interactions, INTERACTIONS, source="the new interactions")
        for column, known in (("user_id", self.users), ("item_id", self.items)):
            _check_known(new, known, column)
        latest = self.interactions.select(pl.col("timestamp").max()).item() or 0
        new = _with_defaults(new, after=latest + 1)
        log = pl.concat([self.interactions, new], how="diagonal_relaxed")
        before = self.histories
        users, items = self._rows_of(new)
        places = pl.Series(before.rows * self.n_items + before.items)
        # Both parts conform by themselves; only a pair that is in both can be wrong now.
        if pl.Series(users.astype(np.int64) * self.n_items + items).is_in(places.implode()).any():
            conform(log, INTERACTIONS, source="the log with the new interactions")
        users, items = np.append(before.rows, users), np.append(before.items, items)
        # By user, oldest first, ties in input order, as `_by_user` puts them.
        order = np.lexsort((log["timestamp"].to_numpy(), users))
        after = self.with_interactions(log[order])
        # Known by now: reading the ids again would take longer than all the rest.
        after.__dict__["histories"] = after._histories(users[order], items[order])
        return after

    def with_histories(self, histories: Histories) -> Dataset:
        """Return the same users and catalogue with these histories as the log.

        Histories know an order but no clock: the timestamp is the place within the history.
        """
        made = object.__new__(_OfHistories)
        own = histories.attributes is self.users
        given = histories if own else replace(histories, attributes=self.users)
        made.__dict__.update(name=self.name, users=self.users, items=self.items, histories=given)
        return made

    @cached_property
    def fingerprint(self) -> str:
        """SHA-256 of the canonical content of the tables; the name does not count."""
        tables = [self.interactions, self.users, self.items]
        return fingerprint(tables if self.edges is None else [*tables, self.edges])


class _OfHistories(Dataset):
    """A data set whose table of interactions is written out only if somebody asks for it.

    Models learn from the histories; a simulation that grows them every round would spend most of
    its time on ids.
    """

    @cached_property
    def interactions(self) -> pl.DataFrame:
        histories = self.histories
        return pl.DataFrame(
            {
                "user_id": self.users["user_id"][histories.rows],
                "item_id": self.items["item_id"][histories.items],
                "weight": histories.weights.astype(np.float64),
                "timestamp": np.arange(len(histories.items)) - histories.indptr[histories.rows],
            }
        )


def make_dataset(
    name: str,
    interactions: pl.DataFrame,
    *,
    users: pl.DataFrame | None = None,
    items: pl.DataFrame | None = None,
    edges: pl.DataFrame | None = None,
    duplicates: Duplicates = "error",
    sources: Sequence[str | Origin | None] = (None, None, None, None),
) -> Dataset:
    """Check the tables and join them into a `Dataset`.

    Weights default to 1 and timestamps to the input order. Users who have no row of their own
    get one with missing attributes. Without an items table the catalogue is every item seen;
    with one, an interaction with an item outside it is an error, for the catalogue is declared.
    ``sources`` says where interactions, users, items and edges came from, for messages.

    Raises
    ------
    TableError
        Whatever `engine.tables.conform` or `engine.edges.conform_edges` finds, or an item outside
        the catalogue.

    Examples
    --------
    >>> log = pl.DataFrame({"user_id": ["u", "u"], "item_id": ["b", "a"]})
    >>> make_dataset("two", log).item_ids
    ('a', 'b')
    """
    where, where_users, where_items, where_edges = sources
    # Rows are counted before any is merged or dropped, so that a message names the right one.
    log = _with_defaults(conform(interactions, replace(INTERACTIONS, key=()), source=where))
    if items is None:
        catalogue = log.select("item_id").unique()
    else:
        catalogue = conform(items, ITEMS, source=where_items)
        _check_catalogue(log, catalogue, where)
    log = conform(log, INTERACTIONS, source=where, duplicates=duplicates)
    people = log.select("user_id").unique()
    if users is not None:
        known = conform(users, USERS, source=where_users)
        everyone = pl.concat([people, known.select("user_id")]).unique()
        people = everyone.join(known, on="user_id", how="left")
    people = _by_id(people, "user_id")
    catalogue = _by_id(_item_defaults(catalogue), "item_id")
    dataset = Dataset(name, _by_user(log, people), people, catalogue)
    return dataset if edges is None else dataset.with_edges(edges, source=where_edges)


def _with_defaults(log: pl.DataFrame, *, after: int = 0) -> pl.DataFrame:
    if "weight" not in log.columns:
        log = log.with_columns(pl.lit(1.0).alias("weight"))
    if "timestamp" not in log.columns:
        log = log.with_columns((pl.int_range(pl.len(), dtype=pl.Int64) + after).alias("timestamp"))
    return log


def _by_user(log: pl.DataFrame, users: pl.DataFrame) -> pl.DataFrame:
    """By user, oldest first, ties in input order."""
    order = pl.DataFrame({"user_id": users["user_id"]}).with_row_index("_row")
    return (
        log.join(order, on="user_id", maintain_order="left")
        .sort("_row", "timestamp", maintain_order=True)
        .drop("_row")
    )


def _item_defaults(items: pl.DataFrame) -> pl.DataFrame:
    title = pl.col("item_id") if "title" not in items.columns else pl.col("title")
    items = items.with_columns(title.fill_null(pl.col("item_id")).alias("title"))
    if "provider" not in items.columns:
        items = items.with_columns(pl.lit(None, dtype=pl.String).alias("provider"))
    if "categories" not in items.columns:
        items = items.with_columns(pl.lit([], dtype=pl.List(pl.String)).alias("categories"))
    return items


def _check_catalogue(log: pl.DataFrame, items: pl.DataFrame, source: str | Origin | None) -> None:
    foreign = (~log["item_id"].is_in(items["item_id"].implode())).arg_true()
    if len(foreign):
        row = foreign[0]
        origin = Origin.of(source, default=f"the {INTERACTIONS.name} table")
        raise TableError(
            "{file}, column item_id, row {row}: item {item} is not in the items table ({count} "
            "such rows). Add it there, or remove the row",
            file=origin.at(row),
            row=row + 1,
            item=log["item_id"][row],
            count=len(foreign),
        )


def _check_known(log: pl.DataFrame, known: pl.DataFrame, column: str) -> None:
    foreign = log.join(known, on=column, how="anti")
    if not foreign.is_empty():
        raise TableError(
            "the new interactions name {column} {value}, which the data set does not have "
            "({count} such rows). Make a new data set with it and fit again",
            column=column,
            value=foreign[column][0],
            count=foreign.height,
        )


def _by_id(table: pl.DataFrame, column: str) -> pl.DataFrame:
    """Whole-number ids by number, all others by text."""
    numbers = table[column].cast(pl.Int64, strict=False)
    canonical = numbers.cast(pl.String) == table[column]
    if canonical.fill_null(False).all():
        return table[numbers.arg_sort()]
    return table.sort(column)


def _rows(ids: pl.Series, rows: dict[str, int]) -> NDArray[np.int32]:
    return ids.replace_strict(rows, return_dtype=pl.Int32).to_numpy()
