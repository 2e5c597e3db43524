"""Tables in files: CSV, TSV, Parquet and JSONL."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path

import polars as pl

from engine.errors import TableError
from engine.sources.delimited import read_delimited
from engine.tables import Origin

__all__ = ["read_file"]


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
        _check_content(path)
        return reader(path)
    except OSError as error:
        raise TableError(
            "{file} cannot be read: {reason}. Give the path of a file that is there and yours to "
            "read",
            file=path,
            reason=error.strerror or error,
        ) from error


def _check_content(path: Path) -> None:
    with path.open("rb") as file:
        if not file.read(1):
            raise TableError("{file} is empty; give a table with at least one row", file=path.name)


def _read_parquet(path: Path) -> tuple[pl.DataFrame, Origin]:
    try:
        return pl.read_parquet(path), Origin(path.name)
    except pl.exceptions.PolarsError as error:
        raise TableError(
            "{file} is not a Parquet file ({reason}); write it again, or save it as CSV",
            file=path.name,
            reason=str(error).splitlines()[0],
        ) from error


def _read_jsonl(path: Path) -> tuple[pl.DataFrame, Origin]:
    name, text = path.name, _decode(path.read_bytes(), path.name).rstrip("\r\n")
    if not text.strip():
        raise TableError("{file} is empty; give a table with at least one row", file=name)
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


def _decode(content: bytes, name: str) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise TableError(
            "{file}, line {line} is not UTF-8 text; save the file as UTF-8",
            file=name,
            line=content.count(b"\n", 0, error.start) + 1,
        ) from error


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


_READERS: Mapping[str, Callable[[Path], tuple[pl.DataFrame, Origin]]] = {
    ".csv": partial(read_delimited, separator=","),
    ".tsv": partial(read_delimited, separator="\t"),
    ".parquet": _read_parquet,
    ".jsonl": _read_jsonl,
}
