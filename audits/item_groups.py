"""Groups of items by an attribute of the catalogue: providers, categories, head and tail."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np
import polars as pl
from numpy.typing import NDArray

from audits.data import AuditData
from audits.group_expressions import TIMES
from audits.groups import AND, MISSING
from engine.errors import OptionError, UnknownNameError

__all__ = ["MOST_ITEM_GROUPS", "ItemGroups", "find_item_groups", "item_attributes"]

MOST_ITEM_GROUPS = 200
USUAL_ITEM_GROUPS = 30
POPULARITY = "popularity"
NOT_GROUPS = ("item_id", "title")


@dataclass(frozen=True, eq=False)
class ItemGroups:
    """Who an item belongs to.

    Attributes
    ----------
    attribute
        A column of the items table, or "popularity" for head and tail.
    names
        G names in sorted order; items without a value are the last group, `MISSING`.
    members
        (I, G) 1 where the item is in the group; an item in several is split evenly among them.
    """

    attribute: str
    names: tuple[str, ...]
    members: NDArray[np.float64]


def item_attributes(items: pl.DataFrame) -> tuple[str, ...]:
    """Return what items can be grouped by, columns with 2 to 30 values, and their popularity."""
    columns = [name for name in items.columns if name not in NOT_GROUPS]
    few = [name for name in columns if 2 <= len(_values(items[name])) <= USUAL_ITEM_GROUPS]
    return (*few, POPULARITY)


def find_item_groups(data: AuditData, attribute: str) -> ItemGroups:
    """Return the groups of one item attribute, or of several crossed with ``*``.

    Raises
    ------
    UnknownNameError
        The items table has no such column.
    OptionError
        It has too many values to be a group.
    """
    if TIMES in attribute:
        return _cross(attribute, [find_item_groups(data, part) for part in attribute.split(TIMES)])
    if attribute == POPULARITY and attribute not in data.items.columns:
        tail = data.tail.astype(np.float64)
        return ItemGroups(attribute, ("head", "tail"), np.stack([1 - tail, tail], axis=1))
    known = [name for name in data.items.columns if name not in NOT_GROUPS]
    if attribute not in known:
        raise UnknownNameError(
            "no item attribute {attribute}; there are {known}",
            attribute=attribute,
            known=", ".join([*known, POPULARITY]),
        )
    column = data.items[attribute]
    names = _values(column)
    if len(names) > MOST_ITEM_GROUPS:
        raise OptionError(
            "the item attribute {attribute} has {n} values, more than {most}; group it first",
            attribute=attribute,
            n=len(names),
            most=MOST_ITEM_GROUPS,
        )
    return _members(attribute, column, names)


def _cross(attribute: str, parts: Sequence[ItemGroups]) -> ItemGroups:
    """Cross groups of items; an item without one of the attributes is `MISSING`."""
    names, columns = [], []
    missing = np.zeros(len(parts[0].members))
    for cell in product(*(range(len(part.names)) for part in parts)):
        labels = [part.names[code] for part, code in zip(parts, cell, strict=True)]
        column = np.prod(
            [part.members[:, code] for part, code in zip(parts, cell, strict=True)], axis=0
        )
        if MISSING in labels:
            missing += column
        elif column.any():
            names.append(AND.join(labels))
            columns.append(column)
    if missing.any():
        names.append(MISSING)
        columns.append(missing)
    return ItemGroups(attribute, tuple(names), np.stack(columns, axis=1))


def _values(column: pl.Series) -> list[str]:
    single = column.explode() if isinstance(column.dtype, pl.List) else column
    return sorted(single.drop_nulls().cast(pl.String).unique())


def _members(attribute: str, column: pl.Series, names: list[str]) -> ItemGroups:
    rows = pl.DataFrame({"row": np.arange(len(column)), "name": column})
    if isinstance(column.dtype, pl.List):
        rows = rows.explode("name")
    rows = rows.with_columns(pl.col("name").cast(pl.String)).drop_nulls()
    members = np.zeros((len(column), len(names)))
    members[rows["row"].to_numpy(), np.searchsorted(names, rows["name"].to_numpy())] = 1
    nowhere = members.sum(axis=1) == 0
    if nowhere.any():
        members = np.hstack([members, nowhere[:, None].astype(np.float64)])
        names = [*names, MISSING]
    return ItemGroups(attribute, tuple(names), members / members.sum(axis=1, keepdims=True))
