"""Rows, columns and cells of a received file, looked at before any reader is let loose on it."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

from dashboard.uploads.limits import UploadLimits
from engine.errors import TableError

__all__ = ["check_cells", "check_shape"]

CHUNK = 1 << 20
DEEPEST = 2


def check_shape(path: Path, limits: UploadLimits) -> None:
    """See that the file is no larger than a table may be.

    Raises
    ------
    TableError
        It has too many rows or columns, a line that never ends, or metadata that cannot be.
    """
    if path.suffix == ".parquet":
        _check_parquet(path, limits)
    else:
        _check_text(path, limits)


def _check_parquet(path: Path, limits: UploadLimits) -> None:
    """Believe the footer only as far as the caps go: what it claims is what a reader would make."""
    try:
        footer = pq.ParquetFile(path).metadata
        sizes = [footer.row_group(i).total_byte_size for i in range(footer.num_row_groups)]
    except (pa.ArrowException, OSError, ValueError) as error:
        raise TableError(
            "{file} is not a Parquet file ({reason}); write it again, or save it as CSV",
            file=path.name,
            reason=" ".join(str(error).split())[:200],
        ) from error
    if any(size < 0 for size in sizes) or sum(sizes) > limits.unpacked_bytes:
        raise TableError(
            "{file} unpacks to more than {most} MB; send fewer rows or columns",
            file=path.name,
            most=limits.unpacked_bytes // 1_000_000,
        )
    _check_counts(path.name, footer.num_rows, footer.num_columns, limits)


def _check_text(path: Path, limits: UploadLimits) -> None:
    lines, since, longest, header = 0, 0, 0, b""
    with path.open("rb") as file:
        while chunk := file.read(CHUNK):
            if lines == 0:
                header += chunk.split(b"\n", 1)[0]
            ends = chunk.count(b"\n")
            lines += ends
            longest = max(longest, since + _first_line(chunk), _widest(chunk))
            since = len(chunk) - chunk.rfind(b"\n") - 1 if ends else since + len(chunk)
            if longest > limits.line_bytes or since > limits.line_bytes:
                raise TableError(
                    "{file}, line {line} has more than {most} bytes; is a quote never closed?",
                    file=path.name,
                    line=max(lines - ends, 0) + 1,
                    most=limits.line_bytes,
                )
    separator = {".csv": b",", ".tsv": b"\t"}.get(path.suffix)
    columns = header.count(separator) + 1 if separator else 1
    _check_counts(path.name, lines, columns, limits)


def _first_line(chunk: bytes) -> int:
    end = chunk.find(b"\n")
    return len(chunk) if end < 0 else end


def _widest(chunk: bytes) -> int:
    return max(map(len, chunk.split(b"\n")))


def _check_counts(name: str, rows: int, columns: int, limits: UploadLimits) -> None:
    if not 0 <= rows <= limits.rows:
        raise TableError(
            "{file} has {count} rows, and {most} are allowed here; send fewer",
            file=name,
            count=rows,
            most=limits.rows,
        )
    if not 0 <= columns <= limits.columns:
        raise TableError(
            "{file} has {count} columns, and {most} are allowed here; leave out those that say "
            "nothing about people or items",
            file=name,
            count=columns,
            most=limits.columns,
        )
    if rows * columns > limits.cells:
        raise TableError(
            "{file} has {count} cells, and {most} are allowed here; send fewer rows or columns",
            file=name,
            count=rows * columns,
            most=limits.cells,
        )


def check_cells(frame: pl.DataFrame, name: str, limits: UploadLimits) -> None:
    """See that a table that was read has neither huge cells nor deeply nested ones.

    Raises
    ------
    TableError
        Naming the column and, of a huge cell, the row.
    """
    _check_counts(name, frame.height, frame.width, limits)
    for column in frame.iter_columns():
        if _depth(column.dtype) > DEEPEST:
            raise TableError(
                "{file}, column {column} holds lists within lists; write one value a cell",
                file=name,
                column=column.name,
            )
        if column.dtype == pl.String and len(column):
            sizes = column.str.len_bytes()
            if (sizes.max() or 0) > limits.cell_bytes:  # type: ignore[operator]
                raise TableError(
                    "{file}, column {column}, row {row} has more than {most} bytes; shorten the "
                    "cell",
                    file=name,
                    column=column.name,
                    row=int(sizes.arg_max() or 0) + 1,
                    most=limits.cell_bytes,
                )


def _depth(dtype: pl.DataType) -> int:
    if isinstance(dtype, pl.List | pl.Array):
        return 1 + _depth(dtype.inner)  # type: ignore[arg-type]
    if isinstance(dtype, pl.Struct):
        return 1 + max((_depth(field.dtype) for field in dtype.fields), default=0)  # type: ignore[arg-type]
    return 0
