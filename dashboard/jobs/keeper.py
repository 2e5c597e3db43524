"""Workers are started when there is work, and the jobs of dead ones are taken up again."""

from __future__ import annotations

import subprocess
import sys
import time

from dashboard.jobs import place
from dashboard.jobs.record import State
from dashboard.jobs.slots import SLOTS, is_free
from engine.disk import unwritable

__all__ = ["COMMAND", "STALE_SECONDS", "is_dead", "tend"]

# A worker tells that it lives once a second; one that hangs is given up after so long.
STALE_SECONDS = 60.0
COMMAND = (sys.executable, "-m", "dashboard.jobs.worker")
_MOST_LOG_BYTES = 1_000_000
# A worker that was started just now may not have found its slot yet.
_YOUTH = 3.0
_started: dict[subprocess.Popen[bytes], float] = {}


def tend() -> None:
    """See that jobs which wait are worked on: called whenever somebody asks for or about jobs.

    Any number of apps may do so at once: a worker without a free slot ends by itself.
    """
    for process in [process for process in _started if process.poll() is not None]:
        del _started[process]
    table = place.table()
    table.reclaim(is_dead)
    waiting = table.count(State.QUEUED)
    if not waiting:
        return
    free = sum(is_free(place.jobs_folder(), slot) for slot in range(SLOTS))
    now = time.monotonic()
    coming = sum(now - begun < _YOUTH for begun in _started.values())
    for _ in range(min(free, waiting) - coming):
        _started[_start()] = now


def is_dead(slot: int, worker: str, heartbeat: float) -> bool:
    """Whether a worker is gone: its slot is free or somebody else's, or it hangs."""
    return is_free(place.jobs_folder(), slot) or time.time() - heartbeat > STALE_SECONDS


def _start() -> subprocess.Popen[bytes]:
    """Start a worker that lives on when this process ends."""
    log = place.jobs_folder() / "worker.log"
    mode = "wb" if log.exists() and log.stat().st_size > _MOST_LOG_BYTES else "ab"
    try:
        with log.open(mode) as told:
            process = subprocess.Popen(
                COMMAND,
                stdin=subprocess.DEVNULL,
                stdout=told,
                stderr=told,
                start_new_session=True,
            )
    except OSError as error:
        raise unwritable(log, error) from error
    return process
