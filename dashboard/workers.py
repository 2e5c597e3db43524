"""Running a comparison of feedback loops in processes of its own, a world each."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable
from multiprocessing import get_context
from multiprocessing.connection import Connection, wait
from multiprocessing.context import SpawnProcess
from pathlib import Path

from dashboard.experiment import Experiment, open_folder, rounds_done, run_world
from engine.errors import OptionError, OutputError, RecscopeError

__all__ = ["run_experiment"]

Progress = Callable[[int, int], None]
_POLL_SECONDS = 0.5


def run_experiment(
    experiment: Experiment, folder: Path, *, workers: int = 1, progress: Progress
) -> None:
    """Run what is missing of an experiment.

    With one worker it runs in this process, with more each world runs in one of its own. Whatever
    stops them (an interrupt, a kill), the same call goes on where it stopped and comes to the same
    bits.

    Parameters
    ----------
    experiment, folder
        What to run, and where it is kept.
    workers
        How many worlds at once, at least 1.
    progress
        Called from time to time with the rounds done and the rounds in all.

    Raises
    ------
    OptionError
        workers is below 1, or the folder holds another simulation; whatever the loops raise.
    OutputError
        A worker ended before it was done.
    """
    if workers < 1:
        raise OptionError("workers is {workers}; give a number from 1", workers=workers)
    open_folder(experiment, folder)
    total = experiment.total_rounds
    if workers == 1:
        done = rounds_done(experiment, folder)

        def one_more() -> None:
            nonlocal done
            done += 1
            progress(min(done, total), total)

        for seed in experiment.seeds:
            run_world(experiment, folder, seed=seed, progress=one_more)
    else:
        _run_side_by_side(experiment, folder, workers=workers, progress=progress)


def _run_side_by_side(
    experiment: Experiment, folder: Path, *, workers: int, progress: Progress
) -> None:
    waiting = deque(experiment.seeds)
    running: dict[SpawnProcess, Connection] = {}
    try:
        while waiting or running:
            while waiting and len(running) < workers:
                process, told = _start(experiment, folder, seed=waiting.popleft())
                running[process] = told
            wait([process.sentinel for process in running], timeout=_POLL_SECONDS)
            progress(rounds_done(experiment, folder), experiment.total_rounds)
            for process in [one for one in running if not one.is_alive()]:
                _finish(process, running.pop(process))
    finally:
        for process in running:
            process.terminate()
        for process in running:
            process.join()


def _start(experiment: Experiment, folder: Path, *, seed: int) -> tuple[SpawnProcess, Connection]:
    # Spawned, not forked: a fork would copy the locks of threads that it does not copy.
    context = get_context("spawn")
    told, tell = context.Pipe(duplex=False)
    process = context.Process(
        target=_work, args=(experiment, folder, seed, os.getpid(), tell), daemon=True
    )
    process.start()
    tell.close()
    return process, told


def _work(experiment: Experiment, folder: Path, seed: int, parent: int, tell: Connection) -> None:
    """Run one world; a named error is told to the parent, and without a parent nothing goes on."""

    def check() -> None:
        if os.getppid() != parent:
            raise SystemExit(1)

    try:
        run_world(experiment, folder, seed=seed, progress=check)
    except RecscopeError as error:
        tell.send(error)


def _finish(process: SpawnProcess, told: Connection) -> None:
    process.join()
    try:
        if told.poll():
            raise told.recv()
    except EOFError:
        pass  # It said nothing: all went well, or the code says otherwise.
    if process.exitcode:
        raise OutputError(
            "a worker of the simulation ended with code {code}; run the command again with the "
            "same folder, and it goes on where it stopped",
            code=process.exitcode,
        )
