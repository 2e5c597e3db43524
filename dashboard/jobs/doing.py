"""The process that does one job: it reports after each step, and ends when nobody listens."""

from __future__ import annotations

import os
import traceback
from collections.abc import Iterator
from multiprocessing.connection import Connection
from pathlib import Path
from threading import Event, Thread

from dashboard.access.person import Person
from dashboard.access.role import Role
from dashboard.jobs import place
from dashboard.jobs.kind import Report, StoppedError, Task
from dashboard.jobs.kinds import find_kind
from dashboard.jobs.record import JobRecord
from engine.disk import is_full
from engine.errors import OutputError, RecscopeError

__all__ = ["do", "named"]


def do(job: JobRecord, pipe: Connection) -> None:
    """Do what is missing of a job, and tell how it ended: done, stopped or failed."""
    stop = Event()
    Thread(target=_listen, args=(pipe, stop), daemon=True).start()

    def report(done: int, total: int, stage: str) -> None:
        pipe.send(("step", done, total, stage))
        if stop.is_set():
            raise StoppedError

    results = place.results()
    folder = results.path(job.work)
    try:
        _run(job, folder, report)
        results.finish(job.work, job.hash)
        pipe.send(("done",))
    except StoppedError:
        pipe.send(("stopped",))
    except BaseException as error:
        traceback.print_exc()
        pipe.send(("failed", named(error, folder)))


def _run(job: JobRecord, folder: Path, report: Report) -> None:
    if place.results().finished(job.work, job.hash) is None:
        folder.mkdir(parents=True, exist_ok=True)
        person = Person(job.owner, Role.ANALYST)
        find_kind(job.kind).run(Task(job.config, folder, person, report))


def _listen(pipe: Connection, stop: Event) -> None:
    """Hear the worker say stop; without a worker nothing goes on."""
    try:
        while True:
            pipe.recv()
            stop.set()
    except (EOFError, OSError):
        os._exit(1)


def named(error: BaseException, folder: Path) -> RecscopeError:
    """Return one sentence for whatever ended a job."""
    for cause in _causes(error):
        if is_full(cause):
            return OutputError(
                "the disk that holds {folder} is full; free some space, then resume the job: what "
                "it has done is kept",
                folder=folder,
            )
        if isinstance(cause, MemoryError):
            return OutputError("there was not enough memory for the job; ask for less")
    if isinstance(error, RecscopeError):
        return error
    return OutputError(
        "the job met an error that nobody foresaw ({kind}); its messages stand in {path}",
        kind=type(error).__name__,
        path=place.jobs_folder() / "worker.log",
    )


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__
