"""The user's own tables, with their own column names."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import polars as pl

from engine.dataset import Dataset, make_dataset
from engine.errors import TableError
from engine.sources.table_files import read_file
from engine.tables import Duplicates, Origin

__all__ = ["join_tables", "load_files", "read_table", "read_tables"]


def load_files(
    interactions: Path,
    *,
    users: Path | None = None,
    items: Path | None = None,
    edges: Path | None = None,
    mapping: Mapping[str, str] | None = None,
    duplicates: Duplicates = "error",
) -> Dataset:
    """Read a log, and optionally people and a catalogue, into one data set.

    Parameters
    ----------
    interactions
        user_id, item_id, and optionally weight and timestamp (whole seconds, or ISO dates).
    users
        user_id and attributes.
    items
        item_id, and optionally title, provider and categories (``a|b``, or a list).
    edges
        source and target, and optionally relation, source_kind and target_kind.
    mapping
        Our column name → the file's; an entry holds in every file that has its column.
    duplicates
        What to do with rows that name the same user and item.

    Raises
    ------
    TableError
        A file cannot be read or does not hold what it should.
    """
    paths = {"interactions": interactions, "users": users, "items": items, "edges": edges}
    given = {name: path for name, path in paths.items() if path is not None}
    return join_tables(read_tables(given, mapping=mapping or {}), duplicates=duplicates)


def read_tables(
    paths: Mapping[str, Path], *, mapping: Mapping[str, str]
) -> dict[str, tuple[pl.DataFrame, Origin]]:
    """Read several files that share one mapping, under the names they are given.

    Raises
    ------
    TableError
        A file cannot be read as what its ending says, or the mapping does not fit any of them.
    """
    tables = {name: read_file(path) for name, path in paths.items()}
    _check_mapping(mapping, {paths[name]: frame for name, (frame, _) in tables.items()})
    return {name: (_rename(frame, mapping), origin) for name, (frame, origin) in tables.items()}


def join_tables(
    tables: Mapping[str, tuple[pl.DataFrame, Origin]], *, duplicates: Duplicates = "error"
) -> Dataset:
    """Join what `read_tables` gave; users, items and edges may lack."""
    log, where = tables["interactions"]
    users, where_users = tables.get("users", (None, None))
    items, where_items = tables.get("items", (None, None))
    edges, where_edges = tables.get("edges", (None, None))
    return make_dataset(
        Path(where.name).stem,
        log,
        users=users,
        items=items,
        edges=edges,
        duplicates=duplicates,
        sources=(where, where_users, where_items, where_edges),
    )


def read_table(path: Path, *, mapping: Mapping[str, str] | None = None) -> pl.DataFrame:
    """Read one table by its file's ending, with our column names; errors as in `read_tables`."""
    return read_tables({path.name: path}, mapping=mapping or {})[path.name][0]


def _check_mapping(mapping: Mapping[str, str], frames: Mapping[Path, pl.DataFrame]) -> None:
    present = {column for frame in frames.values() for column in frame.columns}
    names: dict[str, str] = {}
    for name, column in mapping.items():
        if column not in present:
            raise TableError(
                "{file} has no column {column} to map {name} to; it has {present}",
                file=", ".join(path.name for path in frames),
                column=column,
                name=name,
                present=", ".join(sorted(present)),
            )
        if column in names:
            raise TableError(
                "{file}: the column {column} is mapped to both {first} and {second}; map it once",
                file=", ".join(path.name for path in frames),
                column=column,
                first=names[column],
                second=name,
            )
        names[column] = name


def _rename(frame: pl.DataFrame, mapping: Mapping[str, str]) -> pl.DataFrame:
    """Rename the columns this frame has; one that bears our name but was not meant goes."""
    ours = {column: name for name, column in mapping.items() if column in frame.columns}
    shadowed = [name for name in ours.values() if name in frame.columns and name not in ours]
    return frame.drop(shadowed).rename(ours)
