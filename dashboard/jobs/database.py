"""The SQLite file under the table of jobs, and what is said when it cannot be used."""

from __future__ import annotations

import json
import logging
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Any

from dashboard.commands.output import write_text
from engine.errors import OutputError

__all__ = ["BUSY_SECONDS", "COLUMNS", "Database"]

_LOG = logging.getLogger(__name__)

BUSY_SECONDS = 5.0
COLUMNS = {
    "id": "TEXT PRIMARY KEY",
    "owner": "TEXT NOT NULL",
    "kind": "TEXT NOT NULL",
    "config": "TEXT NOT NULL",
    "hash": "TEXT NOT NULL",
    "state": "TEXT NOT NULL",
    "done": "INTEGER NOT NULL DEFAULT 0",
    "total": "INTEGER NOT NULL DEFAULT 0",
    "stage": "TEXT NOT NULL DEFAULT ''",
    "stopping": "INTEGER NOT NULL DEFAULT 0",
    "created": "REAL NOT NULL",
    "started": "REAL",
    "finished": "REAL",
    "heartbeat": "REAL",
    "attempts": "INTEGER NOT NULL DEFAULT 0",
    "paced_at": "REAL",
    "paced_from": "INTEGER NOT NULL DEFAULT 0",
    "result": "TEXT",
    "error": "TEXT",
    "worker": "TEXT",
    "slot": "INTEGER",
    "work": "TEXT NOT NULL DEFAULT ''",
}
_SCHEMA = f"""
CREATE TABLE IF NOT EXISTS jobs ({", ".join(f"{name} {kind}" for name, kind in COLUMNS.items())});
CREATE UNIQUE INDEX IF NOT EXISTS one_a_person ON jobs (owner, hash);
CREATE INDEX IF NOT EXISTS by_state ON jobs (state, created);
"""
_BROKEN = (sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_CORRUPT)


class Database:
    """A file with one table; every use opens it anew, so that nothing outlives a fork or a fault.

    Beside the file lies a copy of each row, written whenever the row changes its state. A file
    that cannot be read is put aside, and a new one is filled from the copies: a job that waited
    or ran waits again.

    Parameters
    ----------
    folder
        Where the file and the copies are.
    busy
        Seconds to wait for another program that holds the file.
    """

    def __init__(self, folder: Path, *, busy: float = BUSY_SECONDS) -> None:
        self.folder = folder
        self.file = folder / "jobs.sqlite"
        self.copies = folder / "copies"
        self.busy = busy

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """Give a connection to read from.

        Raises
        ------
        OutputError
            The file is held by another program, cannot be opened, or was broken.
        """
        with self._named(), closing(self._open()) as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """Give a connection inside a transaction that nobody else writes beside.

        Raises
        ------
        OutputError
            As for reading; or the disk is full, and nothing was changed.
        """
        with self.reading() as connection:
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield connection
                connection.execute("COMMIT")
            except BaseException:
                if connection.in_transaction:
                    connection.execute("ROLLBACK")
                raise

    def copy(self, row: dict[str, Any]) -> None:
        """Keep a copy of a row beside the file; where that fails the file alone has it."""
        try:
            self.copies.mkdir(exist_ok=True)
            write_text(json.dumps(row), self.copies / f"{row['id']}.json")
        except (OSError, OutputError) as error:
            _LOG.warning("no copy of job %s: %s", row["id"], error)

    def _open(self) -> sqlite3.Connection:
        self.folder.mkdir(parents=True, exist_ok=True)
        connection = sqlite3.connect(self.file, timeout=self.busy, isolation_level=None)
        try:
            connection.row_factory = sqlite3.Row
            if not self._is_made(connection):
                self._make(connection)
        except BaseException:
            connection.close()
            raise
        return connection

    def _is_made(self, connection: sqlite3.Connection) -> bool:
        found = connection.execute("SELECT count(*) FROM sqlite_master WHERE name = 'by_state'")
        return bool(found.fetchone()[0])

    def _make(self, connection: sqlite3.Connection) -> None:
        with suppress(sqlite3.OperationalError):  # Another program is just doing the same.
            connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("BEGIN IMMEDIATE")
        for statement in filter(str.strip, _SCHEMA.split(";")):
            connection.execute(statement)
        self._refill(connection)
        connection.execute("COMMIT")

    def _refill(self, connection: sqlite3.Connection) -> None:
        """Put the copies in; what ran waits, for nobody knows how far it came."""
        for copy in sorted(self.copies.glob("*.json")):
            try:
                kept = json.loads(copy.read_text(encoding="utf-8"))
            except (OSError, ValueError):
                continue
            row = {name: kept.get(name) for name in COLUMNS if kept.get(name) is not None}
            if row.get("state") == "running":
                row |= {"state": "queued", "worker": None, "slot": None}
            names = ", ".join(row)
            connection.execute(
                f"INSERT OR IGNORE INTO jobs ({names}) VALUES ({', '.join('?' * len(row))})",
                list(row.values()),
            )

    @contextmanager
    def _named(self) -> Iterator[None]:
        """Turn what SQLite and the system say into one sentence."""
        try:
            yield
        except sqlite3.DatabaseError as error:
            raise self._explained(error) from error
        except OSError as error:
            raise OutputError(
                "the list of jobs {path} cannot be used: {reason}; choose another folder with "
                "RECSCOPE_CACHE",
                path=self.file,
                reason=error.strerror or error,
            ) from error

    def _explained(self, error: sqlite3.DatabaseError) -> OutputError:
        code = getattr(error, "sqlite_errorcode", 0) & 0xFF
        if code in _BROKEN:
            aside = self._put_aside()
            return OutputError(
                "the list of jobs was damaged and is put aside as {path}; a new one was made from "
                "its copies. Try again: jobs that were not done are taken up again",
                path=aside,
            )
        if code == sqlite3.SQLITE_BUSY:
            return OutputError(
                "the list of jobs {path} is held by another program; nothing is lost, try again "
                "in a moment",
                path=self.file,
            )
        if code in (sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR):
            return OutputError(
                "the disk that holds the list of jobs {path} is full or broken; free some space "
                "and try again: jobs that were asked for before are kept",
                path=self.file,
            )
        return OutputError(
            "the list of jobs {path} cannot be used: {reason}; choose another folder with "
            "RECSCOPE_CACHE",
            path=self.file,
            reason=error,
        )

    def _put_aside(self) -> Path:
        """Move the broken file away, unless somebody has just done so."""
        aside = self.folder / f"jobs-damaged-{time.time_ns()}.sqlite"
        with closing(_turn(self.folder / "mending.lock")):
            if self._is_broken():
                for ending in ("-wal", "-shm"):
                    self.file.with_name(self.file.name + ending).unlink(missing_ok=True)
                self.file.rename(aside)
        return aside

    def _is_broken(self) -> bool:
        try:
            with closing(sqlite3.connect(self.file, timeout=self.busy)) as connection:
                return bool(connection.execute("PRAGMA quick_check").fetchone()[0] != "ok")
        except sqlite3.DatabaseError as error:
            return error.sqlite_errorcode & 0xFF in _BROKEN


def _turn(lock: Path) -> sqlite3.Connection:
    """Return a connection that holds a lock until it is closed, or its process ends."""
    connection = sqlite3.connect(lock, timeout=BUSY_SECONDS, isolation_level=None)
    connection.execute("BEGIN EXCLUSIVE")
    return connection
