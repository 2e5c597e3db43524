"""Simulations that a page starts: a process of their own, watched through the folder it fills."""

from __future__ import annotations

import argparse
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from dashboard.commands.simulate import add_arguments, experiment_of
from dashboard.experiment import Experiment
from engine.cache import cache_folder
from engine.dataset import Dataset
from engine.errors import OutputError

__all__ = ["Job", "failure", "folder_of", "is_running", "planned", "start", "stop"]

# They decide which worlds and arms are run, not what comes out in any of them.
_SCOPE = ("--seeds", "--arms", "--rates")


@dataclass(frozen=True, eq=False)
class Job:
    """A running simulation, and where it is kept."""

    folder: Path
    process: subprocess.Popen[bytes]


def planned(options: Sequence[str], *, log: Dataset) -> Experiment:
    """Return the experiment that the options of `recscope simulate` describe, on their data."""
    parser = argparse.ArgumentParser()
    add_arguments(parser)
    return experiment_of(parser.parse_args(list(options)), log=log)


def folder_of(options: Sequence[str]) -> Path:
    """Return where a simulation with these options is kept.

    More worlds, rates or arms go into the folder of the fewer.
    """
    pairs = zip(options[::2], options[1::2], strict=True)
    told = [pair for pair in pairs if pair[0] not in _SCOPE]
    return cache_folder() / "simulations" / sha256(repr(told).encode()).hexdigest()[:16]


def start(options: Sequence[str]) -> Job:
    """Start a process that runs what is missing; a stopped one is carried on.

    Raises
    ------
    OutputError
        The cache cannot be written.
    """
    folder = folder_of(options)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with _log(folder).open("wb") as log:
            process = subprocess.Popen(
                [sys.executable, "-m", "dashboard", "simulate", *options, "--keep", str(folder)],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=log,
            )
    except OSError as error:
        raise OutputError(
            "cannot write {path}: {reason}; choose a place you may write to",
            path=folder,
            reason=error.strerror or error,
        ) from error
    return Job(folder, process)


def stop(job: Job) -> None:
    """End the process; what it has done stays."""
    job.process.terminate()
    job.process.wait()


def is_running(job: Job) -> bool:
    """Whether the process still works."""
    return job.process.poll() is None


def failure(job: Job) -> str | None:
    """Return what a process that failed said last; None if it has not failed or was stopped."""
    code = job.process.poll()
    if not code or code < 0:
        return None
    lines = _log(job.folder).read_text(encoding="utf-8", errors="replace").strip().splitlines()
    return lines[-1] if lines else f"code {code}"


def _log(folder: Path) -> Path:
    return folder / "log.txt"
