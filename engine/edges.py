"""The optional graph beside a log: who or what is linked with what, and how."""

from __future__ import annotations

import polars as pl

from engine.errors import TableError
from engine.tables import EDGES, Origin, conform

__all__ = ["conform_edges"]

_ENDS = ("source", "target")
_KINDS = ("user", "item", "other")


def conform_edges(
    edges: pl.DataFrame,
    *,
    users: pl.DataFrame,
    items: pl.DataFrame,
    source: str | Origin | None = None,
) -> pl.DataFrame:
    """Return the edges table with the kind of both ends written out, each edge once.

    Either end is a user (a friend), an item (a sequel) or anything else (a brand, a director).
    Where the columns source_kind and target_kind do not say which, an id of the users table is a
    user, one of the items table an item, and one of neither something else.

    Returns
    -------
    source_kind, source, relation, target_kind, target and further columns; an edge is named
    "linked" where the table names no relations.

    Raises
    ------
    TableError
        A column is missing or a cell empty; an id is a user's and an item's alike and its kind is
        not given; a kind is none of the three, or an id is not of the kind that is given; no edge
        names a user or an item.

    Examples
    --------
    >>> films = pl.DataFrame({"item_id": ["up", "cars"]})
    >>> people = pl.DataFrame({"user_id": ["ann"]})
    >>> edges = pl.DataFrame({"source": ["up", "ann"], "target": ["pixar", "cars"]})
    >>> conform_edges(edges, users=people, items=films)["source_kind"].to_list()
    ['item', 'user']
    """
    origin = Origin.of(source, default=f"the {EDGES.name} table")
    found = conform(edges, EDGES, source=origin)
    if "relation" not in found.columns:
        found = found.with_columns(pl.lit("linked").alias("relation"))
    for end in _ENDS:
        kinds = _kinds(found, end, users=users["user_id"], items=items["item_id"])
        _check_kinds(found[end], kinds, users=users["user_id"], items=items["item_id"], at=origin)
        found = found.with_columns(kinds.alias(f"{end}_kind"))
    if found.select(
        pl.all_horizontal(pl.col("source_kind", "target_kind") == "other").all()
    ).item():
        raise TableError(
            "{file}: no edge names a user or an item of the data set, so that none would count; "
            "write their ids as the log does, as in {item}",
            file=origin.name,
            item=items["item_id"][0],
        )
    key = ["source_kind", "source", "relation", "target_kind", "target"]
    others = [column for column in found.columns if column not in key]
    return found.select(*key, *others).unique(subset=key, keep="last", maintain_order=True)


def _kinds(edges: pl.DataFrame, end: str, *, users: pl.Series, items: pl.Series) -> pl.Series:
    """Return the kind given or found of each edge's end; missing where it could be either."""
    is_user = pl.col(end).is_in(users.implode())
    is_item = pl.col(end).is_in(items.implode())
    kind = (
        pl.when(is_user & is_item)
        .then(None)
        .when(is_user)
        .then(pl.lit("user"))
        .when(is_item)
        .then(pl.lit("item"))
        .otherwise(pl.lit("other"))
    )
    if f"{end}_kind" in edges.columns:
        kind = pl.coalesce(pl.col(f"{end}_kind"), kind)
    return edges.select(kind.alias(f"{end}_kind")).to_series()


def _check_kinds(
    ids: pl.Series, kinds: pl.Series, *, users: pl.Series, items: pl.Series, at: Origin
) -> None:
    if kinds.has_nulls():
        row = kinds.is_null().arg_true()[0]
        raise TableError(
            "{file}, row {row}: {id} is a user and an item; say which in the columns source_kind "
            "and target_kind ({kinds})",
            file=at.at(row),
            row=row + 1,
            id=ids[row],
            kinds=", ".join(_KINDS),
        )
    strange = ~kinds.is_in(_KINDS)
    strange |= (kinds == "user") & ~ids.is_in(users.implode())
    strange |= (kinds == "item") & ~ids.is_in(items.implode())
    if strange.any():
        row = strange.arg_true()[0]
        raise TableError(
            "{file}, row {row}: {id} is not a known {kind}; a kind is user, item or other, and "
            "users and items are those of the data set",
            file=at.at(row),
            row=row + 1,
            id=ids[row],
            kind=kinds[row],
        )
