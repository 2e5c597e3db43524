"""Contestants in processes of their own, turn and turn about on the same files."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from tests.benchmarks.environments import python_of
from tests.provenance import ROOT

__all__ = ["Contestant", "Outcome", "contest", "ratio", "spread"]


@dataclass(frozen=True)
class Contestant:
    """Who takes part: a module that calls `serve`, its environment, and its options."""

    name: str
    module: str
    peer: str | None = None
    options: tuple[str, ...] = ()


@dataclass(frozen=True)
class Outcome:
    """Seconds of each round, and what the work returned in the last."""

    seconds: tuple[float, ...]
    answer: dict[str, float]


def contest(
    contestants: Sequence[Contestant], folder: Path, *, rounds: int, warm_up: int = 1
) -> Mapping[str, Outcome]:
    """Let each contestant work once a round, in turn; warm-up rounds do not count.

    Start, imports, reading files and fitting happen before the first round. Only one contestant
    works at a time, so what disturbs the machine disturbs neighbours in the same round alike.
    """
    with ExitStack() as running:
        workers = [running.enter_context(_start(one, folder)) for one in contestants]
        for worker in workers:
            _line(worker)
        turns = [[_turn(worker) for worker in workers] for _ in range(warm_up + rounds)]
    return {
        one.name: Outcome(
            seconds=tuple(seconds for seconds, _ in own[warm_up:]),
            answer=own[-1][1],
        )
        for one, own in zip(contestants, zip(*turns, strict=True), strict=True)
    }


def spread(values: Sequence[float]) -> dict[str, float]:
    """Return min, median and max."""
    return {"min": min(values), "median": median(values), "max": max(values)}


def ratio(slow: Outcome, quick: Outcome) -> dict[str, float]:
    """How many times longer ``slow`` took, round by round."""
    return spread([a / b for a, b in zip(slow.seconds, quick.seconds, strict=True)])


def _start(contestant: Contestant, folder: Path) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [
            str(python_of(contestant.peer)),
            "-m",
            contestant.module,
            str(folder),
            *contestant.options,
        ],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT), *_search_path()])},
    )


def _search_path() -> list[str]:
    return list(filter(None, os.environ.get("PYTHONPATH", "").split(os.pathsep)))


def _turn(worker: subprocess.Popen[str]) -> tuple[float, dict[str, float]]:
    assert worker.stdin is not None
    worker.stdin.write("go\n")
    worker.stdin.flush()
    turn = json.loads(_line(worker))
    return turn["seconds"], turn["answer"]


def _line(worker: subprocess.Popen[str]) -> str:
    assert worker.stdout is not None
    line = worker.stdout.readline()
    if not line:
        raise RuntimeError(f"{worker.args!r} ended early with code {worker.wait()}")
    return line
