"""The user's own tables, with their own column names."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import polars as pl

from engine.dataset import Dataset, make_dataset
from engine.errors import TableError
from engine.sources.table_files import read_file
from engine.tables import Duplicates

__all__ = ["load_files", "read_table"]


def load_files(
    interactions: Path,
    *,
    users: Path | None = None,
    items: Path | None = None,
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
    mapping
        Our column name → the file's; an entry holds in every file that has its column.
    duplicates
        What to do with rows that name the same user and item.

    Raises
    ------
    TableError
        A file cannot be read or does not hold what it should.
    """
    paths = [path for path in (interactions, users, items) if path is not None]
    frames, origins = zip(*(read_file(path) for path in paths), strict=True)
    _check_mapping(mapping or {}, dict(zip(paths, frames, strict=True)))
    tables = {
        path: (_rename(frame, mapping or {}), origin)
        for path, frame, origin in zip(paths, frames, origins, strict=True)
    }
    log, where = tables[interactions]
    people, where_users = tables[users] if users is not None else (None, None)
    catalogue, where_items = tables[items] if items is not None else (None, None)
    return make_dataset(
        interactions.stem,
        log,
        users=people,
        items=catalogue,
        duplicates=duplicates,
        sources=(where, where_users, where_items),
    )


def read_table(path: Path, *, mapping: Mapping[str, str] | None = None) -> pl.DataFrame:
    """Read one table by its file's ending, with our column names.

    Raises
    ------
    TableError
        The file cannot be read as what its ending says, or the mapping does not fit it.
    """
    frame, _ = read_file(path)
    _check_mapping(mapping or {}, {path: frame})
    return _rename(frame, mapping or {})


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
