"""A worker that knows one more kind of job, whose steps, faults and ends can be counted.

The process that does a job imports this file as the worker's main module, and so knows it too.
"""

from __future__ import annotations

import errno
import os
import time
from typing import Any

from dashboard.jobs import attempt, kinds, worker
from dashboard.jobs.kind import Config, Kind, StoppedError, Task

NAME = "steady"


def _check(config: Config) -> dict[str, Any]:
    return {"steps": 3, "pause": 0.0, "fault": "", "name": "", **config, "dataset": "planted"}


def _run(task: Task) -> None:
    config, folder = task.config, task.folder
    steps = config["steps"]
    for step in range(1, steps + 1):
        mark = folder / f"step-{step}"
        if mark.exists():
            continue
        _break(config["fault"], step)
        time.sleep(config["pause"])
        mark.touch()
        try:
            task.report(step, steps, "rounds")
        except StoppedError:
            (folder / "stopped").touch()
            raise
    with (folder / "completed.txt").open("a") as told:
        told.write(f"{os.getpid()}\n")


def _break(fault: str, step: int) -> None:
    if step < 2:
        return
    if fault == "crash":
        os._exit(3)
    if fault == "deaf":
        time.sleep(600)
    if fault == "full":
        raise OSError(errno.ENOSPC, "No space left on device")
    if fault == "bug":
        raise ZeroDivisionError
    if fault == "hog":
        hoard = bytearray(400_000_000)
        time.sleep(30 + len(hoard) * 0)


KIND = Kind(NAME, _check, _run)
kinds.KINDS = {**kinds.KINDS, NAME: "tests.dashboard.jobs.steady_worker"}
attempt.GRACE_SECONDS = 0.5
worker.IDLE_SECONDS = 3.0

if __name__ == "__main__":
    worker.main()
