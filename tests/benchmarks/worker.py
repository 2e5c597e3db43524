"""The contestant's side of a contest; standard library only, for it runs in any environment."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable
from pathlib import Path
from time import perf_counter

__all__ = ["serve"]


def serve(prepare: Callable[..., Callable[[], dict[str, object]]]) -> None:
    """Prepare once, say so, then do and time the work once for each line on stdin.

    ``prepare`` gets the folder of the contest's files and the contestant's options, and returns
    the work; what the work returns goes back to the host, so that it can see that all
    contestants did the same.
    Libraries that print are sent to stderr: stdout carries answers alone.
    """
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    work = prepare(Path(sys.argv[1]), *sys.argv[2:])
    print("ready", file=answers, flush=True)
    for _ in sys.stdin:
        start = perf_counter()
        answer = work()
        seconds = perf_counter() - start
        print(json.dumps({"seconds": seconds, "answer": answer}), file=answers, flush=True)
