"""CSV and TSV files of any size: a fault is named by its line, and no copy is held in memory.

The text is read as text first, whatever it looks like. So an id such as 007 keeps its zeros, and a
cell that does not fit is named with its file, line, column and row.
"""

from __future__ import annotations

import codecs
import csv
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from engine.errors import TableError
from engine.sources.formulas import restore
from engine.tables import EDGES, INTERACTIONS, ITEMS, USERS, Origin

__all__ = ["read_delimited"]

_DECLARED = {column.name for spec in (INTERACTIONS, USERS, ITEMS, EDGES) for column in spec.columns}
_PIECE = 1 << 22
# A last line longer than this is looked at with all the others.
_TAIL = 1 << 16


def read_delimited(path: Path, *, separator: str) -> tuple[pl.DataFrame, Origin]:
    """Read a file with a header, and where its rows stand.

    Raises
    ------
    TableError
        It is empty, not UTF-8, a column stands twice, or a row has more or fewer cells than the
        header.
    """
    lines = _count_lines(path)
    _check_header(path, separator)
    if _is_cut_off(path, separator):
        _check_widths(path, separator, lines)
    try:
        frame = pl.read_csv(path, separator=separator, infer_schema=False)
        # Empty lines at the end read as rows.
        frame = frame.head(frame.height - lines.empty_at_end)
        # A row that is too short reads as one whose last cells are empty: only counting can tell.
        if frame[:, -1].has_nulls():
            _check_widths(path, separator, lines)
    except pl.exceptions.PolarsError as error:
        _check_widths(path, separator, lines)
        raise TableError(
            "{file} is not a table: {reason}. Save it again as CSV with quotes around text",
            file=path.name,
            reason=str(error).splitlines()[0],
        ) from error
    is_line_a_row = lines.rows == frame.height
    return _type_attributes(restore(frame)), Origin(path.name, 2 if is_line_a_row else None)


@dataclass(frozen=True)
class _Lines:
    """Lines between the header and those that are `empty_at_end`."""

    rows: int
    empty_at_end: int


def _count_lines(path: Path) -> _Lines:
    """Count the lines a piece at a time, and name the one that is not UTF-8."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    ends = at_end = 0
    is_empty = True
    with path.open("rb") as file:
        while piece := file.read(_PIECE):
            _decode(decoder, piece, path.name, ends)
            ends += piece.count(b"\n")
            rest = piece.rstrip(b"\r\n")
            # What may still turn out to be the end of the file: its line feeds so far.
            at_end = piece.count(b"\n", len(rest)) + (0 if rest else at_end)
            is_empty = is_empty and not piece.removeprefix(codecs.BOM_UTF8).strip()
    _decode(decoder, b"", path.name, ends, final=True)
    if is_empty:
        raise TableError("{file} is empty; give a table with at least one row", file=path.name)
    return _Lines(ends - at_end, max(0, at_end - 1))


def _decode(
    decoder: codecs.IncrementalDecoder, piece: bytes, name: str, before: int, *, final: bool = False
) -> None:
    try:
        decoder.decode(piece, final=final)
    except UnicodeDecodeError as error:
        raise TableError(
            "{file}, line {line} is not UTF-8 text; save the file as UTF-8",
            file=name,
            line=before + error.object.count(b"\n", 0, error.start) + 1,
        ) from error


def _check_header(path: Path, separator: str) -> None:
    _, header = next(_cells(path, separator))
    for column in header:
        if header.count(column) > 1:
            raise TableError(
                "{file} has two columns called {column}; rename one of them",
                file=path.name,
                column=column or "nothing",
            )


def _is_cut_off(path: Path, separator: str) -> bool:
    """Tell whether the last line has not as many cells as the header: the usual fault, seen first.

    With a quote in it the line may be the end of a longer row, and only reading all can tell.
    """
    _, header = next(_cells(path, separator))
    with path.open("rb") as file:
        file.seek(max(0, path.stat().st_size - _TAIL))
        before, found, last = file.read().rstrip(b"\r\n").rpartition(b"\n")
    return bool(found) and b'"' not in last and last.count(separator.encode()) + 1 != len(header)


def _check_widths(path: Path, separator: str, lines: _Lines) -> None:
    rows = _cells(path, separator)
    _, header = next(rows)
    for number, (line, cells) in enumerate(rows, start=1):
        if line > 1 + lines.rows:
            return
        if len(cells) != len(header):
            raise TableError(
                "{file}:{line}, row {row} has {cells} cell(s), but the header names {width} "
                "columns. Mend or remove the row",
                file=path.name,
                line=line,
                row=number,
                cells=len(cells),
                width=len(header),
            )


def _cells(path: Path, separator: str) -> Iterator[tuple[int, list[str]]]:
    """Yield the line and the cells of each row, header first; slow, so only to find a fault."""
    line = 1
    with path.open(encoding="utf-8-sig", newline="\n") as file:
        rows = csv.reader(file, delimiter=separator)
        try:
            for cells in rows:
                yield line, cells
                line = rows.line_num + 1
        except csv.Error as error:
            raise TableError(
                "{file}:{line} cannot be read: {reason}. Mend or remove the row",
                file=path.name,
                line=line,
                reason=error,
            ) from error


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
