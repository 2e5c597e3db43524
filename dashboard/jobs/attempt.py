"""One attempt at a job: the process that does it, watched from the worker."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from contextlib import suppress
from multiprocessing import get_context
from multiprocessing.connection import Connection, wait
from typing import Any

from dashboard.jobs import place
from dashboard.jobs.doing import do
from dashboard.jobs.memory import memory_limit, memory_of
from dashboard.jobs.record import JobRecord
from dashboard.jobs.table import Standing
from engine.errors import OutputError, RecscopeError

__all__ = ["GRACE_SECONDS", "Attempt"]

_LOG = logging.getLogger(__name__)

# A job that was cancelled has so long to come to the end of its step.
GRACE_SECONDS = 10.0
_BEAT_SECONDS = 1.0
_LOOK_SECONDS = 0.2


class Attempt:
    """A job in a process of its own, so that its memory, its crash and its end are its own.

    The process talks to the worker through a pipe and never to the table: a table that is held
    or full stops no work. When the worker dies the pipe breaks, and the process ends itself.

    Parameters
    ----------
    job
        What was claimed.
    worker
        Who claimed it.
    """

    def __init__(self, job: JobRecord, *, worker: str) -> None:
        self.job = job
        self.worker = worker
        self.table = place.table()
        self.told: tuple[int, int, str] = (0, 0, "")
        self.end: tuple[str, Any] | None = None
        self.kill_at: float | None = None

    def run(self) -> None:
        """Start the process, watch it to its end, and write down how it ended."""
        context = get_context("spawn")
        here, there = context.Pipe()
        process = context.Process(target=do, args=(self.job, there))
        process.start()
        there.close()
        try:
            end = self._watch(process.sentinel, here, lambda: memory_of(process.pid))
        finally:
            process.kill()
            process.join()
            here.close()
        self._settle(end)

    def _watch(
        self, sentinel: int, pipe: Connection, memory: Callable[[], int | None]
    ) -> tuple[str, Any]:
        """Return how it ended: done, failed with an error, stopped, lost, or died."""
        limit = memory_limit()
        beaten = 0.0
        while self.end is None:
            ready = wait([sentinel, pipe], timeout=_LOOK_SECONDS)
            self._listen(pipe)
            if self.end is None and sentinel in ready:
                return "died", None
            if (memory() or 0) > limit:
                return "failed", _too_large(limit)
            if self.kill_at is not None and time.monotonic() > self.kill_at:
                return "stopped", None
            if time.monotonic() - beaten >= _BEAT_SECONDS:
                beaten = time.monotonic()
                standing = self._beat()
                if not standing.held:
                    return "lost", None
                self._stop_if(standing.stopping, pipe)
        return self.end

    def _listen(self, pipe: Connection) -> None:
        try:
            while self.end is None and pipe.poll():
                word, *rest = pipe.recv()
                if word == "step":
                    self.told = (rest[0], rest[1], rest[2])
                else:
                    self.end = (word, rest[0] if rest else None)
        except (EOFError, OSError):
            pass  # The process is about to end; its sentinel says so.

    def _beat(self) -> Standing:
        done, total, stage = self.told
        try:
            return self.table.beat(self.job.id, self.worker, done=done, total=total, stage=stage)
        except OutputError as error:
            _LOG.warning(error)
            return Standing(held=True, stopping=False)

    def _stop_if(self, stopping: bool, pipe: Connection) -> None:
        if stopping and self.kill_at is None:
            self.kill_at = time.monotonic() + GRACE_SECONDS
            with suppress(OSError):
                pipe.send("stop")

    def _settle(self, end: tuple[str, Any]) -> None:
        """Write down how it ended, as often as it takes: what was done must not be forgotten."""
        word, error = end
        while word != "lost" and place.jobs_folder().is_dir():
            try:
                if word == "died":
                    self.table.give_back(self.job.id, self.worker)
                elif word == "done":
                    self._beat()
                    path = place.results().path(self.job.work)
                    self.table.settle(self.job.id, self.worker, result=path)
                else:
                    self.table.settle(self.job.id, self.worker, error=error)
                return
            except OutputError as trouble:
                _LOG.warning(trouble)
                time.sleep(_BEAT_SECONDS)


def _too_large(limit: int) -> RecscopeError:
    return OutputError(
        "the job needed more than {limit} MB of memory and was ended; ask for less, or raise "
        "RECSCOPE_JOB_MEMORY_MB",
        limit=limit // 1_000_000,
    )
