"""Writing results where the user asked, whole or not at all."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import polars as pl

from dashboard.exports import neutralise
from engine.disk import unwritable
from engine.errors import OutputError

__all__ = ["check_writable", "sink_table", "write_bytes", "write_table", "write_text"]

T = TypeVar("T")


def write_table(table: pl.DataFrame, path: str | Path) -> None:
    """Write a table as CSV, Parquet or JSONL, by the ending of the path.

    Raises
    ------
    OutputError
        The ending is none of these, or the place cannot be written.
    """
    writers: dict[str, Callable[[str], None]] = {
        ".csv": neutralise(table.lazy()).collect().write_csv,
        ".parquet": table.write_parquet,
        ".jsonl": table.write_ndjson,
    }
    target = Path(path)
    _whole(target, writers[_ending(target)])


def sink_table(table: pl.LazyFrame, path: str | Path) -> None:
    """Write a table that may be larger than memory; the forms and errors of `write_table`."""
    sinks: dict[str, Callable[[str], object]] = {
        ".csv": neutralise(table).sink_csv,
        ".parquet": table.sink_parquet,
        ".jsonl": table.sink_ndjson,
    }
    target = Path(path)
    sink = sinks[_ending(target)]
    _whole(target, lambda name: _run(sink, name))


def _run(act: Callable[[T], object], with_what: T) -> None:
    act(with_what)


def check_writable(path: str | Path) -> None:
    """Raise what `write_table` would raise at the end of a long run, now."""
    target = Path(path)
    _ending(target)
    try:
        with tempfile.TemporaryFile(dir=target.parent):
            pass
    except OSError as error:
        raise unwritable(target, error) from error


def _ending(target: Path) -> str:
    ending = target.suffix.lower()
    if ending not in (".csv", ".parquet", ".jsonl"):
        raise OutputError(
            "cannot tell what to write to {path}; end it in .csv, .parquet or .jsonl", path=target
        )
    return ending


def write_bytes(content: bytes, path: str | Path) -> None:
    """Write bytes."""

    def write(name: str) -> None:
        Path(name).write_bytes(content)

    _whole(Path(path), write)


def write_text(text: str, path: str | Path) -> None:
    """Write UTF-8 text."""
    _whole(Path(path), lambda name: _write(text, name))


def _write(text: str, name: str) -> None:
    Path(name).write_text(text, encoding="utf-8")


def _whole(target: Path, write: Callable[[str], None]) -> None:
    """Write beside the target and rename, so that a reader never meets half a file."""
    temporary: str | None = None
    try:
        handle, temporary = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
        os.close(handle)
        write(temporary)
        os.chmod(temporary, 0o666 & ~_umask())
        os.replace(temporary, target)
    except (OSError, pl.exceptions.ComputeError) as error:
        # Polars tells a full disk as an error of Parquet.
        if temporary is not None:
            Path(temporary).unlink(missing_ok=True)
        raise unwritable(target, error) from error


def _umask() -> int:
    current = os.umask(0)
    os.umask(current)
    return current
