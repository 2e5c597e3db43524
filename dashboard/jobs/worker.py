"""A worker: it takes jobs from the table one by one, and watches the process that does them.

``python -m dashboard.jobs.worker`` serves until nothing has waited for a while.
"""

from __future__ import annotations

import logging
import os
import secrets
import time
from contextlib import suppress

from dashboard.jobs import place
from dashboard.jobs.attempt import Attempt
from dashboard.jobs.keeper import is_dead
from dashboard.jobs.record import State
from dashboard.jobs.slots import SLOTS, holding
from engine.errors import OutputError

__all__ = ["main", "serve"]

_LOG = logging.getLogger(__name__)

IDLE_SECONDS = 20.0
POLL_SECONDS = 0.3
# Pages go first.
NICENESS = 5


def main() -> None:
    """Serve in a free slot, and again if something was asked for at the very end."""
    with suppress(OSError):
        os.nice(NICENESS)
    threads = max((os.cpu_count() or 1) // SLOTS, 1)
    for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
        os.environ[name] = str(threads)
    os.environ["POLARS_MAX_THREADS"] = str(threads)
    while _serve_somewhere() and place.table().count(State.QUEUED):
        pass


def _serve_somewhere() -> bool:
    """Serve in the first free slot; tell whether there was one."""
    for slot in range(SLOTS):
        with holding(place.jobs_folder(), slot, patience=0.5) as held:
            if held:
                serve(slot)
                return True
    return False


def serve(slot: int) -> None:
    """Do what waits, until nothing has for a while, or the list of jobs is gone."""
    last = time.monotonic()
    while time.monotonic() - last < IDLE_SECONDS and place.jobs_folder().is_dir():
        worker = f"{os.getpid()}-{secrets.token_hex(4)}"
        if _serve_one(worker, slot):
            last = time.monotonic()
        else:
            time.sleep(POLL_SECONDS)


def _serve_one(worker: str, slot: int) -> bool:
    try:
        table = place.table()
        # Whoever was in this slot before is gone.
        table.reclaim(lambda other, *told: other == slot or is_dead(other, *told))
        job = table.claim(worker, slot=slot)
        if job is None:
            return False
        place.results().tidy(needed=table.works())
    except OutputError as error:
        _LOG.warning(error)
        return False
    Attempt(job, worker=worker).run()
    return True


if __name__ == "__main__":
    main()
