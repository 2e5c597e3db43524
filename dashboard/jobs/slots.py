"""Places for workers: each is a lock that the system takes back when its holder dies."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from engine.errors import OutputError

__all__ = ["SLOTS", "holding", "is_free"]

# So many workers at once, whatever the number of apps.
SLOTS = 2


@contextmanager
def holding(folder: Path, slot: int, *, patience: float = 0.0) -> Iterator[bool]:
    """Hold a slot inside, if nobody else does; the value says whether it is held.

    Somebody who only looks holds it for a moment: whoever means to stay has patience, in seconds.

    SQLite's lock is the one in the standard library that every system knows and takes back by
    itself; a killed worker's slot is free at once, and a number of a process is never mistaken.

    Raises
    ------
    OutputError
        The disk is full or broken.
    """
    with closing(_connected(folder, slot, patience)) as connection:
        try:
            connection.execute("BEGIN EXCLUSIVE")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_BUSY:
                raise OutputError(
                    "the disk that holds the list of jobs {path} is full or broken; free some "
                    "space and try again: jobs that were asked for before are kept",
                    path=folder,
                ) from error
            yield False
            return
        yield True


def is_free(folder: Path, slot: int) -> bool:
    """Whether nobody holds a slot."""
    with holding(folder, slot) as held:
        return held


def _connected(folder: Path, slot: int, patience: float) -> sqlite3.Connection:
    return sqlite3.connect(folder / f"slot-{slot}.lock", timeout=patience, isolation_level=None)
