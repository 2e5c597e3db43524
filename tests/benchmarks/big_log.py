"""A made log of up to 50 million rows audited from its file: rows a second, memory, growth.

Every audit is a process of its own, from the start of Python to the written report; its memory is
the largest it ever held. RecTools stands beside it, in the same run, at rising sizes until it needs
more than we may: it gets numbers in place of names, from an array file, and gives means alone.
Growth is that of processor time: minutes long, a run shares the machine with whatever else runs.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from math import log
from pathlib import Path
from shutil import disk_usage, rmtree
from time import perf_counter

import numpy as np
import polars as pl

from tests.benchmarks.big_log_files import N, write_log
from tests.benchmarks.environments import python_of
from tests.provenance import ROOT

__all__ = ["SIZES", "run"]

SIZES = (1_000_000, 5_000_000, 25_000_000, 50_000_000)
MEMORY_GOAL = 6e9
GROWTH_GOAL = 1.1
# A row of the log takes about so many bytes on the disk, with its tables and its sorted copy.
BYTES_A_ROW = 40
TABLES = ("recommendations", "interactions", "held_out", "users", "items")


@dataclass(frozen=True)
class Taken:
    """What a process took; `rows` 0 where it failed."""

    seconds: float
    processor: float
    peak: float
    rows: int


def run(folder: Path, *, sizes: Sequence[int] = SIZES) -> dict[str, object]:
    """Return seconds, rows a second and peak memory at each size, and the growth exponent."""
    _check_disk(folder, max(sizes))
    ours: dict[int, Taken] = {}
    peer: dict[int, Taken] = {}
    for rows in sizes:
        place = folder / str(rows)
        place.mkdir()
        write_log(place, users=rows // N)
        ours[rows] = _take(_audit(place), rows)
        if all(taken.rows for taken in peer.values()):
            peer[rows] = _take(_rectools(place), rows, limit=MEMORY_GOAL)
        rmtree(place)
    held = [rows for rows, taken in peer.items() if taken.rows]
    largest = max(held, default=0)
    growth = _growth({rows: one.processor for rows, one in ours.items()})
    return {
        "settings": {"measures": "the whole catalogue", "resamples": 1000, "groupings": 3, "k": N},
        "recscope": {f"{rows:,} rows": _told(taken) for rows, taken in ours.items()},
        "rectools, means alone": {f"{rows:,} rows": _told(taken) for rows, taken in peer.items()},
        "growth exponent": growth,
        "growth exponent by the clock": _growth({n: one.seconds for n, one in ours.items()}),
        "largest that rectools holds in the same memory": largest,
        "processor time there, rectools / recscope": peer[largest].processor
        / ours[largest].processor
        if largest
        else None,
        "goal": f"at most {MEMORY_GOAL / 1e9:g} GB, exponent at most {GROWTH_GOAL}",
        "reached": max(taken.peak for taken in ours.values()) <= MEMORY_GOAL
        and growth <= GROWTH_GOAL,
    }


def _check_disk(folder: Path, rows: int) -> None:
    needed, free = rows * BYTES_A_ROW, disk_usage(folder).free
    if free < needed:
        raise OSError(f"{needed / 1e9:.1f} GB are needed in {folder}, {free / 1e9:.1f} are free")


def _audit(place: Path) -> list[str]:
    files = [(f"--{name.replace('_', '-')}", str(place / f"{name}.parquet")) for name in TABLES]
    options = ["--by", "gender,age,region", "--memory", "1GB", "--out", str(place / "report.json")]
    named = [part for pair in files for part in pair]
    return [sys.executable, "-m", "dashboard", "audit", *named, *options]


def _rectools(place: Path) -> list[str]:
    module = "tests.benchmarks.contestants.rectools_big_log"
    return [str(python_of("rectools")), "-m", module, str(place)]


def _take(command: list[str], rows: int, *, limit: float | None = None) -> Taken:
    """Run a command and ask the system for its largest memory; over a limit it has failed."""
    if limit is not None:
        _as_numbers(Path(command[-1]))
    start = perf_counter()
    process = subprocess.Popen(
        command,
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    peak = usage.ru_maxrss * 1024.0
    done = process.returncode == 0 and (limit is None or peak <= limit)
    if limit is None and not done:
        raise RuntimeError(f"{command} ended with {process.returncode}")
    processor = usage.ru_utime + usage.ru_stime
    return Taken(perf_counter() - start, processor, peak, rows if done else 0)


def _as_numbers(place: Path) -> None:
    """Write the log as numbers for a peer that has no Parquet."""
    arrays: dict[str, np.ndarray] = {}
    for name in ("recommendations", "interactions", "held_out"):
        table = pl.read_parquet(place / f"{name}.parquet", columns=["user_id", "item_id"])
        arrays[f"{name}_user"] = table["user_id"].str.slice(1).cast(pl.Int32).to_numpy()
        arrays[f"{name}_item"] = table["item_id"].cast(pl.Int32).to_numpy()
    np.savez(place / "log.npz", **arrays)


def _told(taken: Taken) -> dict[str, float]:
    if not taken.rows:
        return {"peak GB": taken.peak / 1e9}
    return {
        "seconds": taken.seconds,
        "processor seconds": taken.processor,
        "rows a second": taken.rows / taken.seconds,
        "peak GB": taken.peak / 1e9,
    }


def _growth(seconds: dict[int, float]) -> float:
    """Slope of log seconds over log rows, by least squares."""
    x = [log(rows) for rows in seconds]
    y = [log(one) for one in seconds.values()]
    return float(np.polyfit(x, y, 1)[0]) if len(x) > 1 else float("nan")
