"""Players that are groups: history items of one category, a user attribute, the item's prior."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import polars as pl

from engine.histories import Histories

__all__ = ["Group", "Kind", "group_players"]

Kind = Literal["category", "attribute", "prior"]


@dataclass(frozen=True)
class Group:
    """One player of the attribute game.

    Attributes
    ----------
    kind
        "category": history items that go in and out together; "attribute": what is known of the
        person beside the history, or context; "prior": what the model gives the target whoever
        asks, above what it gives an average item.
    name
        Of the category or attribute; empty for items without a category and for the prior.
    items
        Places within the history, of a category.
    value
        Of the attribute.
    columns
        What is missing where the attribute is absent; several columns may go together.
    """

    kind: Kind
    name: str = ""
    items: tuple[int, ...] = ()
    value: str = ""
    columns: tuple[str, ...] = ()


def group_players(history: Histories, items: pl.DataFrame) -> tuple[Group, ...]:
    """Group one history by category, and add a player for each attribute and for the prior.

    An item of several categories counts for its rarest one in the catalogue (ties: the first by
    name), so that the groups are a partition. Items without any category are a group of their
    own; where the catalogue names no categories that is the whole history.

    Parameters
    ----------
    history
        One history; the columns of its attributes beside user_id are players if they hold a value.
    items
        The items table, for its ``categories``.

    Examples
    --------
    >>> catalogue = pl.DataFrame({"categories": [["Drama", "War"], ["Drama"], []]})
    >>> two = Histories.from_lists([[0, 1]], n_items=3)
    >>> [(player.kind, player.name, player.items) for player in group_players(two, catalogue)]
    [('category', 'Drama', (1,)), ('category', 'War', (0,)), ('prior', '', ())]
    """
    sizes = items["categories"].explode().drop_nulls().value_counts()
    size_of = dict(zip(sizes["categories"], sizes["count"], strict=True))
    members: dict[str, list[int]] = {}
    for place, names in enumerate(items["categories"].gather(history.items)):
        rarest = min(names, key=lambda name: (size_of[name], name), default="")
        members.setdefault(rarest, []).append(place)
    by_category = [Group("category", name, tuple(members[name])) for name in sorted(members)]
    return (*by_category, *_attributes(history), Group("prior"))


def _attributes(history: Histories) -> list[Group]:
    if history.attributes is None:
        return []
    row = history.attributes.row(0, named=True)
    known = {name: value for name, value in row.items() if name != "user_id"}
    return [
        Group("attribute", name, value=str(value), columns=(name,))
        for name, value in known.items()
        if value is not None and not (isinstance(value, float) and np.isnan(value))
    ]
