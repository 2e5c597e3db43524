"""The plain tables at recscope's borders: their columns, and one check of each.

A table is a polars frame. `conform` is called once, where a table enters; it never changes
the caller's frame, and what it returns has exactly the declared types.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

import numpy as np
import polars as pl

from engine.errors import OptionError, TableError

__all__ = [
    "HELD_OUT",
    "INTERACTIONS",
    "ITEMS",
    "RECOMMENDATIONS",
    "USERS",
    "Column",
    "Duplicates",
    "TableSpec",
    "conform",
    "fingerprint",
]

Kind = Literal["id", "number", "time", "text", "rank", "probability", "categories"]
Duplicates = Literal["error", "last", "sum"]


@dataclass(frozen=True)
class Column:
    """One column: its name, what it holds, and whether a table may lack it."""

    name: str
    kind: Kind
    required: bool = True


@dataclass(frozen=True)
class TableSpec:
    """A table's name, its columns, and the columns no two rows may share."""

    name: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]


INTERACTIONS = TableSpec(
    "interactions",
    (
        Column("user_id", "id"),
        Column("item_id", "id"),
        Column("weight", "number", required=False),
        Column("timestamp", "time", required=False),
    ),
    ("user_id", "item_id"),
)
HELD_OUT = TableSpec("held-out", INTERACTIONS.columns, INTERACTIONS.key)
USERS = TableSpec("users", (Column("user_id", "id"),), ("user_id",))
ITEMS = TableSpec(
    "items",
    (
        Column("item_id", "id"),
        Column("title", "text", required=False),
        Column("provider", "text", required=False),
        Column("categories", "categories", required=False),
    ),
    ("item_id",),
)
RECOMMENDATIONS = TableSpec(
    "recommendations",
    (
        Column("user_id", "id"),
        Column("item_id", "id"),
        Column("rank", "rank"),
        Column("score", "number", required=False),
        Column("propensity", "probability", required=False),
    ),
    ("user_id", "item_id"),
)

_TYPES: dict[Kind, pl.DataType] = {
    "id": pl.String(),
    "number": pl.Float64(),
    "time": pl.Int64(),
    "text": pl.String(),
    "rank": pl.Int64(),
    "probability": pl.Float64(),
    "categories": pl.List(pl.String()),
}
_MEND: dict[Kind, str] = {
    "id": "a non-empty id",
    "number": "a finite number",
    "time": "a whole number of seconds since 1970",
    "text": "text",
    "rank": "a whole number from 1",
    "probability": "a number above 0 and at most 1",
    "categories": "names separated by |",
}


def conform(
    frame: pl.DataFrame,
    spec: TableSpec,
    *,
    source: str | None = None,
    duplicates: Duplicates = "error",
) -> pl.DataFrame:
    """Return the frame with the declared columns and types, or say what is wrong and where.

    Parameters
    ----------
    frame
        Any frame; columns the spec does not name are kept as they are.
    spec
        What the table must hold.
    source
        Where the table came from (a file name), for messages.
    duplicates
        What to do with rows that share the key: refuse, keep the last, or add up the weights.

    Raises
    ------
    TableError
        A required column is missing, a cell has the wrong type or is empty, the table has no
        rows, or two rows share the key.
    """
    where = source or f"the {spec.name} table"
    columns = [column for column in spec.columns if column.required or column.name in frame.columns]
    missing = [column.name for column in columns if column.name not in frame.columns]
    if missing:
        raise TableError(
            "{file} lacks the column(s) {missing}; it has {present}. Rename the columns, or map "
            "them with --map {example}=YOUR_COLUMN",
            file=where,
            missing=", ".join(missing),
            present=", ".join(frame.columns) or "no columns",
            example=missing[0],
        )
    if frame.is_empty():
        raise TableError("{file} has no rows; give a table with at least one row", file=where)
    typed = frame.with_columns([_cast(frame, column, where) for column in columns])
    return _unique(typed, spec, where, duplicates)


def _cast(frame: pl.DataFrame, column: Column, where: str) -> pl.Series:
    before = frame[column.name]
    if column.kind == "categories" and not isinstance(before.dtype, pl.List):
        text = before.cast(pl.String, strict=False).fill_null("")
        return text.str.split("|").list.eval(pl.element().filter(pl.element() != ""))
    if column.kind == "id" and before.dtype.is_float():
        before = _whole_ids(before)
    after = before.cast(_TYPES[column.kind], strict=False)
    bad = _bad_cells(before, after, column.kind)
    if bad.any():
        row = bad.arg_true()[0]
        raise TableError(
            "{file}, column {column}, row {row}: {value} is not {expected}. Mend or remove the row",
            file=where,
            column=column.name,
            row=row + 1,
            value=_show(before[row]),
            expected=_MEND[column.kind],
        )
    return after


def _whole_ids(ids: pl.Series) -> pl.Series:
    """Ids that a reader took for floats because one cell was empty: 7.0 is the id 7."""
    numbers = ids.fill_nan(None)
    if (numbers.drop_nulls() % 1 == 0).all():
        return numbers.cast(pl.Int64)
    return numbers


def _bad_cells(before: pl.Series, after: pl.Series, kind: Kind) -> pl.Series:
    if kind in ("text", "categories"):
        return before.is_not_null() & after.is_null()
    if kind == "id":
        return after.is_null() | after.str.strip_chars().is_in(["", "nan", "NaN", "null", "None"])
    if kind == "probability":
        return before.is_not_null() & ~((after > 0) & (after <= 1)).fill_null(False)
    if kind == "rank":
        whole = before.cast(pl.Float64, strict=False) == after.cast(pl.Float64)
        return ~((after >= 1) & whole).fill_null(False)
    if kind == "number":
        return ~after.is_finite().fill_null(False)
    return after.is_null()


def _show(value: object) -> str:
    return "an empty cell" if value is None or value == "" else repr(value)[:80]


def _unique(
    frame: pl.DataFrame, spec: TableSpec, where: str, duplicates: Duplicates
) -> pl.DataFrame:
    key = list(spec.key)
    doubled = frame.select(pl.struct(key).is_duplicated()).to_series()
    if not doubled.any():
        return frame
    if duplicates == "last":
        return frame.unique(subset=key, keep="last", maintain_order=True)
    if duplicates == "sum" and "weight" in frame.columns:
        total = pl.col("weight").sum().over(key)
        return frame.with_columns(total).unique(subset=key, keep="last", maintain_order=True)
    if duplicates != "error":
        raise OptionError(
            "duplicates={choice} cannot be used for {file}: choose error or last",
            choice=duplicates,
            file=where,
        )
    first = doubled.arg_true()[0]
    values = frame.row(first, named=True)
    same = pl.all_horizontal([pl.col(name) == values[name] for name in key])
    rows = frame.select(same.arg_true()).to_series()
    raise TableError(
        "{file}, rows {first} and {second} both hold {what}. Remove one, or say "
        "--duplicates last (keep the later row) or --duplicates sum (add the weights)",
        file=where,
        first=rows[0] + 1,
        second=rows[1] + 1,
        what=", ".join(f"{name} {values[name]}" for name in key),
    )


def fingerprint(tables: Iterable[pl.DataFrame]) -> str:
    """SHA-256 of what the tables hold: names, values and row order, not how they were stored.

    Examples
    --------
    >>> one = pl.DataFrame({"a": ["x"], "b": [1.0]})
    >>> fingerprint([one]) == fingerprint([one.select("b", "a")])
    True
    """
    digest = hashlib.sha256()
    for table in tables:
        for column in sorted(table.columns):
            digest.update(f"{column}\x1d{table.height}\x1d".encode())
            digest.update(_canonical(table[column]))
    return digest.hexdigest()


def _canonical(values: pl.Series) -> bytes:
    if isinstance(values.dtype, pl.List):
        values = values.cast(pl.List(pl.String)).list.join("\x1f", ignore_nulls=True)
    if values.dtype.is_numeric():
        numbers = values.cast(pl.Float64).fill_null(float("nan")).to_numpy()
        return np.ascontiguousarray(numbers, dtype="<f8").tobytes()
    text = values.cast(pl.String).fill_null("\x00")
    return "\x1e".join(text.to_list()).encode()
