"""The table of jobs: every change of state is one transaction, and only along allowed edges."""

from __future__ import annotations

import json
import secrets
import sqlite3
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dashboard.jobs.database import Database
from dashboard.jobs.record import (
    EDGES,
    JobRecord,
    State,
    error_from_dict,
    error_to_dict,
)
from engine.errors import OutputError, QuotaError, RecscopeError

__all__ = ["ATTEMPTS", "Asked", "JobTable", "Standing"]

# A job whose worker died is taken up once more.
ATTEMPTS = 2
# So many settled jobs of one person are remembered.
REMEMBERED = 100
# Settings that jobs which take equally long have in common.
_ALIKE = ("dataset", "model", "what", "why", "rounds", "seeds")
_PARSED: Mapping[str, Callable[[Any], Any]] = {
    "config": json.loads,
    "state": State,
    "stopping": bool,
    "result": Path,
}


@dataclass(frozen=True)
class Asked:
    """What somebody asks for.

    Attributes
    ----------
    owner, kind, config, hash
        As in `JobRecord`.
    work
        Where it is worked on; two jobs with one work do not run at once.
    """

    owner: str
    kind: str
    config: Mapping[str, Any]
    hash: str
    work: str


@dataclass(frozen=True)
class Standing:
    """What the table says to a worker: whether the job is still its own, and still wanted."""

    held: bool
    stopping: bool


class JobTable:
    """Jobs of everybody; who may see which is asked in `dashboard.jobs.queue`.

    Parameters
    ----------
    database
        Where the rows are.
    clock
        Seconds since 1970.
    """

    def __init__(self, database: Database, *, clock: Callable[[], float] = time.time) -> None:
        self.database = database
        self.clock = clock

    def submit(self, asked: Asked, *, quota: int, ready: Path | None = None) -> JobRecord:
        """Return the owner's job for this; a new one, the same one, or a stopped one resumed.

        Parameters
        ----------
        quota
            So many of the owner's jobs may wait or run at once.
        ready
            Where the result is, if somebody has made it before.

        Raises
        ------
        QuotaError
            The quota is used up.
        """
        with self.database.writing() as connection:
            row = connection.execute(
                "SELECT * FROM jobs WHERE owner = ? AND hash = ?", (asked.owner, asked.hash)
            ).fetchone()
            if row is not None and _is_wanted(row, ready):
                return _record(row)
            if ready is None:
                _check_quota(connection, asked.owner, quota)
            if row is None:
                row = self._insert(connection, asked)
            changes: dict[str, Any] = (
                {"state": State.QUEUED, "finished": None, "result": None}
                if ready is None
                else {"state": State.DONE, "finished": self.clock(), "result": str(ready)}
            )
            changes |= {"error": None, "stopping": 0, "attempts": 0, "stage": ""}
            found = _change(connection, row, changes)
            self._forget(connection, asked.owner)
        self.database.copy(dict(found))
        return _record(found)

    def find(self, id: str) -> JobRecord | None:
        """Return a job; None if nobody has it."""
        with self.database.reading() as connection:
            row = _row(connection, id)
        return None if row is None else _record(row)

    def of(self, owner: str) -> tuple[JobRecord, ...]:
        """Return somebody's jobs: those at work first, then by when they were asked for."""
        with self.database.reading() as connection:
            rows = connection.execute(
                "SELECT * FROM jobs WHERE owner = ? ORDER BY state NOT IN ('queued', 'running'), "
                "created DESC, id",
                (owner,),
            ).fetchall()
        return tuple(_record(row) for row in rows)

    def usual_seconds(self, job: JobRecord) -> float | None:
        """Return how long the last such job took, whoever asked; None if there was none.

        Such a job is of the same kind, about the same data and model, and asks for the same.
        """
        alike = [f"json_extract(config, '$.{name}') IS ?" for name in _ALIKE]
        with self.database.reading() as connection:
            row = connection.execute(
                "SELECT finished - started FROM jobs WHERE state = 'done' AND attempts > 0 AND "
                f"kind = ? AND {' AND '.join(alike)} ORDER BY finished DESC LIMIT 1",
                (job.kind, *(job.config.get(name) for name in _ALIKE)),
            ).fetchone()
        return None if row is None else float(row[0])

    def count(self, state: State) -> int:
        """Return how many jobs of everybody are in a state."""
        with self.database.reading() as connection:
            found = connection.execute("SELECT count(*) FROM jobs WHERE state = ?", (state,))
            return int(found.fetchone()[0])

    def works(self) -> frozenset[str]:
        """Return what is waited for or worked on, so that it is not removed."""
        with self.database.reading() as connection:
            rows = connection.execute(
                "SELECT work FROM jobs WHERE state IN ('queued', 'running')"
            ).fetchall()
        return frozenset(row[0] for row in rows)

    def cancel(self, id: str) -> JobRecord | None:
        """Take a waiting job back; tell the worker of a running one to stop."""
        with self.database.writing() as connection:
            row = _row(connection, id)
            if row is None:
                return None
            if row["state"] == State.QUEUED:
                row = _change(connection, row, {"state": State.CANCELLED, "finished": self.clock()})
            elif row["state"] == State.RUNNING:
                row = _change(connection, row, {"stopping": 1})
        self.database.copy(dict(row))
        return _record(row)

    def claim(self, worker: str, *, slot: int) -> JobRecord | None:
        """Give the next waiting job to a worker, and to nobody else; None if there is none.

        Whoever has fewest jobs running comes first, so that a flood of one person's jobs holds
        nobody else up.
        """
        with self.database.writing() as connection:
            row = connection.execute(
                "SELECT * FROM jobs AS next WHERE state = 'queued' AND NOT EXISTS (SELECT 1 FROM "
                "jobs WHERE state = 'running' AND work = next.work) ORDER BY (SELECT count(*) "
                "FROM jobs WHERE state = 'running' AND owner = next.owner), created, rowid LIMIT 1"
            ).fetchone()
            if row is None:
                return None
            now = self.clock()
            row = _change(
                connection,
                row,
                {
                    **{"state": State.RUNNING, "worker": worker, "slot": slot, "started": now},
                    **{"heartbeat": now, "attempts": row["attempts"] + 1},
                    **{"paced_at": None, "paced_from": 0},
                },
            )
        self.database.copy(dict(row))
        return _record(row)

    def beat(
        self, id: str, worker: str, *, done: int = 0, total: int = 0, stage: str = ""
    ) -> Standing:
        """Tell that a worker lives and how far it is; hear whether to go on."""
        with self.database.writing() as connection:
            row = _row(connection, id)
            if row is None or row["worker"] != worker or row["state"] != State.RUNNING:
                return Standing(held=False, stopping=True)
            now = self.clock()
            changes: dict[str, Any] = {"heartbeat": now}
            if total:
                changes |= {"done": done, "total": total, "stage": stage}
                if row["paced_at"] is None or stage != row["stage"]:
                    changes |= {"paced_at": now, "paced_from": done}
            _change(connection, row, changes)
            return Standing(held=True, stopping=bool(row["stopping"]))

    def settle(
        self,
        id: str,
        worker: str,
        *,
        result: Path | None = None,
        error: RecscopeError | None = None,
    ) -> bool:
        """End a worker's job: done with a result, failed with an error, else cancelled.

        Returns
        -------
        Whether the job was still this worker's; if not, nothing is changed.
        """
        with self.database.writing() as connection:
            row = _row(connection, id)
            if row is None or row["worker"] != worker or row["state"] != State.RUNNING:
                return False
            changes = _ending(result, error) | {"finished": self.clock()}
            if result is not None and row["total"]:
                changes["done"] = row["total"]
            row = _change(connection, row, changes)
        self.database.copy(dict(row))
        return True

    def reclaim(self, is_dead: Callable[[int, str, float], bool]) -> tuple[str, ...]:
        """Take running jobs from dead workers: they wait again, or fail after the last attempt.

        Parameters
        ----------
        is_dead
            Told a slot, the worker in it and its last heartbeat.
        """
        with self.database.reading() as connection:
            running = connection.execute("SELECT * FROM jobs WHERE state = 'running'").fetchall()
        dead = [row for row in running if is_dead(row["slot"], row["worker"], row["heartbeat"])]
        return tuple(row["id"] for row in dead if self.give_back(row["id"], row["worker"]))

    def give_back(self, id: str, worker: str) -> bool:
        """Let a job whose worker came to a sudden end wait again, or fail, or be cancelled."""
        with self.database.writing() as connection:
            row = _row(connection, id)
            if row is None or row["worker"] != worker or row["state"] != State.RUNNING:
                return False
            changes: dict[str, Any] = {"state": State.QUEUED}
            if row["stopping"]:
                changes = _ending(None, None) | {"finished": self.clock()}
            elif row["attempts"] >= ATTEMPTS:
                changes = _ending(None, _DIED) | {"finished": self.clock()}
            row = _change(connection, row, changes | {"worker": None, "slot": None})
        self.database.copy(dict(row))
        return True

    def _insert(self, connection: sqlite3.Connection, asked: Asked) -> sqlite3.Row:
        id = secrets.token_hex(8)
        connection.execute(
            "INSERT INTO jobs (id, owner, kind, config, hash, work, state, created) "
            "VALUES (?, ?, ?, ?, ?, ?, 'queued', ?)",
            (
                *(id, asked.owner, asked.kind, json.dumps(dict(asked.config), sort_keys=True)),
                *(asked.hash, asked.work, self.clock()),
            ),
        )
        row = _row(connection, id)
        assert row is not None
        return row

    def _forget(self, connection: sqlite3.Connection, owner: str) -> None:
        """Remove the oldest settled jobs of somebody who has many."""
        rows = connection.execute(
            "DELETE FROM jobs WHERE id IN (SELECT id FROM jobs WHERE owner = ? AND state NOT IN "
            "('queued', 'running') ORDER BY created DESC LIMIT -1 OFFSET ?) RETURNING id",
            (owner, REMEMBERED),
        ).fetchall()
        for row in rows:
            (self.database.copies / f"{row['id']}.json").unlink(missing_ok=True)


_DIED = OutputError(
    "the worker of this job ended twice before the job was done; the memory or the disk may "
    "not be enough. Resume it, or ask for less"
)


def _is_wanted(row: sqlite3.Row, ready: Path | None) -> bool:
    """Whether the job stands as it should: at work, or done with its result in place."""
    if row["state"] == State.DONE:
        return ready is not None and row["result"] == str(ready)
    return row["state"] in (State.QUEUED, State.RUNNING)


def _check_quota(connection: sqlite3.Connection, owner: str, quota: int) -> None:
    found = connection.execute(
        "SELECT count(*) FROM jobs WHERE owner = ? AND state IN ('queued', 'running')", (owner,)
    )
    if found.fetchone()[0] >= quota:
        raise QuotaError(
            "{quota} jobs of yours wait or run already, which is the most; cancel one, or wait "
            "until one is done",
            quota=quota,
        )


def _ending(result: Path | None, error: RecscopeError | None) -> dict[str, Any]:
    if error is not None:
        return {"state": State.FAILED, "error": json.dumps(error_to_dict(error))}
    if result is not None:
        return {"state": State.DONE, "result": str(result)}
    return {"state": State.CANCELLED, "stopping": 0}


def _row(connection: sqlite3.Connection, id: str) -> sqlite3.Row | None:
    row: sqlite3.Row | None = connection.execute(
        "SELECT * FROM jobs WHERE id = ?", (id,)
    ).fetchone()
    return row


def _change(
    connection: sqlite3.Connection, row: sqlite3.Row, changes: Mapping[str, Any]
) -> sqlite3.Row:
    """Write changes to a row; a state may change only along an edge."""
    before, after = State(row["state"]), State(changes.get("state", row["state"]))
    assert before == after or after in EDGES[before], f"{before} → {after}"
    names = ", ".join(f"{name} = ?" for name in changes)
    found: sqlite3.Row = connection.execute(
        f"UPDATE jobs SET {names} WHERE id = ? RETURNING *", (*changes.values(), row["id"])
    ).fetchone()
    return found


def _record(row: sqlite3.Row) -> JobRecord:
    fields = {name: row[name] for name in JobRecord.__dataclass_fields__}
    for name, parse in _PARSED.items():
        fields[name] = None if fields[name] is None else parse(fields[name])
    if fields["error"] is not None:
        fields["error"] = error_from_dict(json.loads(fields["error"]))
    return JobRecord(**fields)
