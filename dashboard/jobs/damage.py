"""What a job made and something has damaged since is said, and put away to be made anew."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar
from zipfile import BadZipFile

import polars as pl

from dashboard.jobs import place
from engine.errors import OutputError

__all__ = ["TABLE", "from_folder", "reading"]

_Read = TypeVar("_Read")
# Of a table alone: what else goes wrong while it is worked with is no damage.
TABLE: tuple[type[Exception], ...] = (pl.exceptions.ComputeError,)
_ANY: tuple[type[Exception], ...] = (
    pl.exceptions.PolarsError,
    BadZipFile,
    EOFError,
    LookupError,
    OSError,
    TypeError,
    ValueError,
)


@contextmanager
def reading(folder: Path, *, damage: tuple[type[Exception], ...] = _ANY) -> Iterator[None]:
    """Read what a finished job left in a folder.

    Asking for the job again would find it done as long as the folder is there, so a damaged one of
    our own is removed; nothing in it cannot be made again.

    Parameters
    ----------
    folder
        Of the job.
    damage
        What tells of damage: anything where a file is read and nothing else is done, `TABLE` where
        tables are worked with.

    Raises
    ------
    OutputError
        Something in it cannot be read.
    """
    try:
        yield
    except damage as error:
        results = place.results()
        if folder.parent == results.folder:
            results.remove(folder.name)
        raise OutputError(
            "what job {name} made is damaged ({kind}) and was put away; ask for it again",
            name=folder.name,
            kind=type(error).__name__,
        ) from error


def from_folder(read: Callable[[Path], _Read]) -> Callable[[Path], _Read]:
    """Let a function that reads a folder say what is damaged there, as `reading` does."""

    @functools.wraps(read)
    def reads(folder: Path) -> _Read:
        with reading(folder):
            return read(folder)

    return reads
