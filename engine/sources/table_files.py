"""Tables in files: CSV, TSV, Parquet and JSONL.

Delimited text is read as text first, whatever it looks like. So an id such as 007 keeps its
zeros, and a cell that does not fit is named with its file, line, column and row.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import polars as pl

from engine.errors import TableError
from engine.sources.formulas import restore
from engine.tables import EDGES, INTERACTIONS, ITEMS, USERS, Origin

__all__ = ["read_file"]

_DECLARED = {column.name for spec in (INTERACTIONS, USERS, ITEMS, EDGES) for column in spec.columns}


def read_file(path: Path) -> tuple[pl.DataFrame, Origin]:
    """Read a CSV, TSV, Parquet or JSONL file, by its ending, and where its rows stand.

    Raises
    ------
    TableError
        The file cannot be read, or is not what its ending says.
    """
    reader = _READERS.get(path.suffix.lower())
    if reader is None:
        raise TableError(
            "cannot tell what {file} is; give a file that ends in {endings}",
            file=path.name,
            endings=", ".join(_READERS),
        )
    try:
        content = path.read_bytes()
    except OSError as error:
        raise TableError(
            "{file} cannot be read: {reason}. Give the path of a file that is there and yours to "
            "read",
            file=path,
            reason=error.strerror or error,
        ) from error
    if not content.strip():
        raise TableError("{file} is empty; give a table with at least one row", file=path.name)
    return reader(content, path.name)


def _read_csv(content: bytes, name: str) -> tuple[pl.DataFrame, Origin]:
    return _read_delimited(content, name, separator=",")


def _read_tsv(content: bytes, name: str) -> tuple[pl.DataFrame, Origin]:
    return _read_delimited(content, name, separator="\t")


def _read_delimited(content: bytes, name: str, *, separator: str) -> tuple[pl.DataFrame, Origin]:
    text = _decode(content, name).rstrip("\r\n")
    try:
        _check_header(text, name, separator)
        frame = pl.read_csv(text.encode(), separator=separator, infer_schema=False)
        # A row that is too short reads as one whose last cells are empty: only counting can tell.
        if frame[:, -1].has_nulls():
            _check_widths(text, name, separator)
    except pl.exceptions.PolarsError as error:
        _check_widths(text, name, separator)
        raise TableError(
            "{file} is not a table: {reason}. Save it again as CSV with quotes around text",
            file=name,
            reason=str(error).splitlines()[0],
        ) from error
    is_line_a_row = text.count("\n") == frame.height
    return _type_attributes(restore(frame)), Origin(name, 2 if is_line_a_row else None)


def _decode(content: bytes, name: str) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise TableError(
            "{file}, line {line} is not UTF-8 text; save the file as UTF-8",
            file=name,
            line=content.count(b"\n", 0, error.start) + 1,
        ) from error


def _check_header(text: str, name: str, separator: str) -> None:
    _, header = next(_cells(text, name, separator))
    for column in header:
        if header.count(column) > 1:
            raise TableError(
                "{file} has two columns called {column}; rename one of them",
                file=name,
                column=column or "nothing",
            )


def _check_widths(text: str, name: str, separator: str) -> None:
    rows = _cells(text, name, separator)
    _, header = next(rows)
    for number, (line, cells) in enumerate(rows, start=1):
        if len(cells) != len(header):
            raise TableError(
                "{file}:{line}, row {row} has {cells} cell(s), but the header names {width} "
                "columns. Mend or remove the row",
                file=name,
                line=line,
                row=number,
                cells=len(cells),
                width=len(header),
            )


def _cells(text: str, name: str, separator: str) -> Iterator[tuple[int, list[str]]]:
    """Yield the line and the cells of each row, header first; slow, so only to find a fault."""
    rows = csv.reader(_lines(text), delimiter=separator)
    line = 1
    try:
        for cells in rows:
            yield line, cells
            line = rows.line_num + 1
    except csv.Error as error:
        raise TableError(
            "{file}:{line} cannot be read: {reason}. Mend or remove the row",
            file=name,
            line=line,
            reason=error,
        ) from error


def _lines(text: str) -> Iterator[str]:
    """Yield one line after the other: a file object over a large text would copy all of it."""
    start = 0
    while start < len(text):
        end = text.find("\n", start) + 1 or len(text)
        yield text[start:end]
        start = end


def _type_attributes(frame: pl.DataFrame) -> pl.DataFrame:
    """Read attributes that are numbers throughout as numbers; 007 is text, and so are ids."""
    numbers = [
        typed
        for column in frame.iter_columns()
        if column.name not in _DECLARED and (typed := _as_numbers(column)) is not None
    ]
    return frame.with_columns(numbers)


def _as_numbers(column: pl.Series) -> pl.Series | None:
    if column.null_count() == len(column):
        return None
    whole = column.cast(pl.Int64, strict=False)
    if (whole.cast(pl.String) == column).all() and whole.null_count() == column.null_count():
        return whole
    zeros = column.str.contains(r"^-?0\d").any()
    real = column.cast(pl.Float64, strict=False)
    return None if zeros or real.null_count() > column.null_count() else real


def _read_parquet(content: bytes, name: str) -> tuple[pl.DataFrame, Origin]:
    try:
        return pl.read_parquet(io.BytesIO(content)), Origin(name)
    except pl.exceptions.PolarsError as error:
        raise TableError(
            "{file} is not a Parquet file ({reason}); write it again, or save it as CSV",
            file=name,
            reason=str(error).splitlines()[0],
        ) from error


def _read_jsonl(content: bytes, name: str) -> tuple[pl.DataFrame, Origin]:
    text = _decode(content, name).rstrip("\r\n")
    try:
        frame = pl.read_ndjson(text.encode(), infer_schema_length=None)
    except pl.exceptions.PolarsError as error:
        _check_objects(text, name)
        raise TableError(
            "{file} does not hold one kind of row: {reason}. Write the same keys, each with one "
            "type, on every line",
            file=name,
            reason=str(error).splitlines()[0],
        ) from error
    is_line_a_row = text.count("\n") + 1 == frame.height
    return frame, Origin(name, 1 if is_line_a_row else None)


def _check_objects(text: str, name: str) -> None:
    for number, line in enumerate(text.split("\n"), start=1):
        try:
            is_object = isinstance(json.loads(line), dict)
        except json.JSONDecodeError:
            is_object = False
        if not is_object:
            raise TableError(
                "{file}:{row}, row {row} is not a JSON object; write one {example} a line",
                file=name,
                row=number,
                example='{"user_id": "u1", "item_id": "i1"}',
            )


_READERS: Mapping[str, Callable[[bytes, str], tuple[pl.DataFrame, Origin]]] = {
    ".csv": _read_csv,
    ".tsv": _read_tsv,
    ".parquet": _read_parquet,
    ".jsonl": _read_jsonl,
}
