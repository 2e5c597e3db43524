"""The plain tables at recscope's borders: their columns, and one check of each.

A table is a polars frame. `conform` is called once, where a table enters; it never changes
the caller's frame, and what it returns has exactly the declared types.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal

import polars as pl

from engine.errors import OptionError, TableError

__all__ = [
    "DRAWS",
    "EDGES",
    "HELD_OUT",
    "INTERACTIONS",
    "ITEMS",
    "RECOMMENDATIONS",
    "USERS",
    "Column",
    "Duplicates",
    "Origin",
    "TableSpec",
    "conform",
    "fingerprint",
]

Kind = Literal["id", "number", "time", "text", "rank", "probability", "categories"]
Duplicates = Literal["error", "last", "sum"]
PIECE = 1 << 20


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


@dataclass(frozen=True)
class Origin:
    """Where a table came from, so that a message can point at the place.

    Attributes
    ----------
    name
        A file name, or what people call the table.
    first_line
        The line of the file that holds the first row; None where rows are not lines.
    first_row
        The number of the first row, where a table is looked at a piece at a time.

    Examples
    --------
    >>> Origin("ratings.csv", first_line=2).at(0)
    'ratings.csv:2'
    >>> Origin("ratings.parquet").at(0)
    'ratings.parquet'
    """

    name: str
    first_line: int | None = None
    first_row: int = 1

    @staticmethod
    def of(source: str | Origin | None, *, default: str) -> Origin:
        """Return an origin from whatever a caller knows about it."""
        return source if isinstance(source, Origin) else Origin(source or default)

    def at(self, index: int) -> str:
        """Return the place of a row, counted from 0, as editors and compilers write it."""
        return self.name if self.first_line is None else f"{self.name}:{self.first_line + index}"


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
EDGES = TableSpec(
    "edges",
    (
        Column("source", "id"),
        Column("target", "id"),
        Column("relation", "text", required=False),
        Column("source_kind", "text", required=False),
        Column("target_kind", "text", required=False),
    ),
    (),
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
# Several lists a user, each drawn on its own by the same policy; the first is what was shown.
DRAWS = TableSpec(
    RECOMMENDATIONS.name,
    (*RECOMMENDATIONS.columns, Column("draw", "rank")),
    ("user_id", "draw", "item_id"),
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
# Parts of a sentence, translated with it.
_MEND: dict[Kind, TableError] = {
    "id": TableError("an id"),
    "number": TableError("a finite number"),
    "time": TableError("a whole number of seconds since 1970, or an ISO date"),
    "text": TableError("text"),
    "rank": TableError("a whole number from 1"),
    "probability": TableError("a number above 0 and at most 1"),
    "categories": TableError("names separated by |"),
}


def conform(
    frame: pl.DataFrame,
    spec: TableSpec,
    *,
    source: str | Origin | None = None,
    duplicates: Duplicates = "error",
) -> pl.DataFrame:
    """Return the frame with the declared columns and types, or say what is wrong and where.

    Times may be whole seconds since 1970 or ISO dates (UTC where they name no zone); categories
    may be lists or names separated by ``|``.

    Parameters
    ----------
    frame
        Any frame; columns the spec does not name are kept as they are.
    spec
        What the table must hold; one without a key lets rows repeat.
    source
        Where the table came from (a file name), for messages.
    duplicates
        What to do with rows that share the key: refuse, keep the last, or add up the weights.

    Raises
    ------
    TableError
        A required column is missing, a cell has the wrong type or is empty, the table has no
        rows, or two rows share the key. Rows are counted from 1, without the header.

    Examples
    --------
    >>> log = pl.DataFrame({"user_id": [7], "item_id": ["a"], "timestamp": ["1970-01-02"]})
    >>> conform(log, INTERACTIONS).row(0)
    ('7', 'a', 86400)
    """
    origin = Origin.of(source, default=f"the {spec.name} table")
    columns = [column for column in spec.columns if column.required or column.name in frame.columns]
    missing = [column.name for column in columns if column.name not in frame.columns]
    if missing:
        raise TableError(
            "{file} lacks the column(s) {missing}; it has {present}. Rename the columns, or map "
            "them with --map {example}=YOUR_COLUMN",
            file=origin.name,
            missing=", ".join(missing),
            present=", ".join(frame.columns) or "no columns",
            example=missing[0],
        )
    if frame.is_empty():
        raise TableError("{file} has no rows; give a table with at least one row", file=origin.name)
    typed = frame.with_columns([_cast(frame[column.name], column, origin) for column in columns])
    return _unique(typed, spec, origin, duplicates)


def _cast(before: pl.Series, column: Column, origin: Origin) -> pl.Series:
    after = _convert(before, column.kind)
    bad = _bad_cells(before, after, column.kind)
    if bad.any():
        row = bad.arg_true()[0]
        raise TableError(
            "{file}, column {column}, row {row}: {value} is not {expected}. Mend or remove the row",
            file=origin.at(row),
            column=column.name,
            row=row + origin.first_row,
            value=_show(before.slice(row, 1).to_list()[0]),
            expected=_MEND[column.kind],
        )
    return after


def _convert(values: pl.Series, kind: Kind) -> pl.Series:
    """Cast to the type of the kind; what cannot be read as that is null."""
    if kind == "categories":
        return _name_lists(values)
    if values.dtype.is_nested():
        return pl.Series(values.name, [None] * len(values), dtype=_TYPES[kind])
    if kind == "time":
        return _seconds(values)
    if kind == "id" and values.dtype.is_float():
        values = _whole_ids(values)
    return values.cast(_TYPES[kind], strict=False)


def _name_lists(values: pl.Series) -> pl.Series:
    if not isinstance(values.dtype, pl.List):
        values = values.cast(pl.String, strict=False).str.split("|")
    named = pl.element().is_not_null() & (pl.element() != "")
    lists = values.cast(pl.List(pl.String)).list.eval(pl.element().filter(named))
    return lists.fill_null(pl.Series([[]], dtype=pl.List(pl.String)))


def _seconds(values: pl.Series) -> pl.Series:
    if values.dtype.is_temporal():
        return values.cast(pl.Datetime("us"), strict=False).dt.epoch("s")
    seconds = values.cast(pl.Int64, strict=False)
    numbers = values.cast(pl.Float64, strict=False)
    seconds = seconds.fill_null(numbers.cast(pl.Int64, strict=False))
    # Beyond 2**53 floats skip whole numbers, so the comparison is made only where it can tell.
    fraction = (numbers % 1 != 0).fill_null(False)
    seconds = seconds.set(fraction, None)
    if values.dtype == pl.String and seconds.has_nulls():
        return seconds.fill_null(pl.Series([_iso_seconds(text) for text in values], dtype=pl.Int64))
    return seconds


def _iso_seconds(text: str | None) -> int | None:
    try:
        moment = datetime.fromisoformat((text or "").strip())
    except ValueError:
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return int(moment.timestamp())


def _whole_ids(ids: pl.Series) -> pl.Series:
    """Ids that a reader took for floats because one cell was empty: 7.0 is the id 7."""
    numbers = ids.fill_nan(None)
    if (numbers.drop_nulls() % 1 == 0).all():
        return numbers.cast(pl.Int64, strict=False)
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
    frame: pl.DataFrame, spec: TableSpec, origin: Origin, duplicates: Duplicates
) -> pl.DataFrame:
    if not spec.key:
        return frame
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
            file=origin.name,
        )
    raise _repeated(frame, key, doubled, origin)


def _repeated(
    frame: pl.DataFrame, key: list[str], doubled: pl.Series, origin: Origin
) -> TableError:
    first = doubled.arg_true()[0]
    values = frame.row(first, named=True)
    same = pl.all_horizontal([pl.col(name) == values[name] for name in key])
    rows = frame.select(same.arg_true()).to_series()
    return TableError(
        "{file}, rows {first} and {second} both hold {what}. Remove one, or say "
        "--duplicates last (keep the later row) or --duplicates sum (add the weights)",
        file=origin.at(rows[1]),
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
            for piece in _canonical(table[column]):
                digest.update(piece)
    return digest.hexdigest()


def _canonical(values: pl.Series) -> Iterator[bytes]:
    """Yield kind, lengths or gaps, then content, so that no two columns share their bytes."""
    if isinstance(values.dtype, pl.List):
        lengths = values.list.len().cast(pl.Int64).fill_null(-1)
        yield b"list" + _little_endian(lengths)
        yield from _canonical(values.filter(lengths > 0).explode())
    elif values.dtype.is_numeric():
        gaps = values.is_null().arg_true().cast(pl.Int64)
        numbers = _plainest(values.fill_null(0))
        yield str(numbers.dtype).encode() + _little_endian(gaps)
        yield _little_endian(numbers)
    else:
        text = values.cast(pl.String)
        yield b"text" + _little_endian(text.str.len_bytes().cast(pl.Int64).fill_null(-1))
        # A long column in one piece would take several times its room.
        for piece in text.drop_nulls().to_frame().iter_slices(PIECE):
            yield str(piece.to_series().str.join("").item()).encode()


def _plainest(numbers: pl.Series) -> pl.Series:
    """Whole numbers as integers, whichever type they came in: 3.0 and 3 are one content."""
    if not numbers.dtype.is_float():
        return numbers.cast(pl.Int64)
    if ((numbers % 1 == 0) & (numbers.abs() < 2**53)).all():
        return numbers.cast(pl.Int64)
    return numbers.cast(pl.Float64)


def _little_endian(numbers: pl.Series) -> bytes:
    # Adding 0 turns -0.0 into 0.0, which is the same content; polars would skip the sum.
    values = numbers.to_numpy() + 0
    return values.astype(values.dtype.newbyteorder("<")).tobytes()
