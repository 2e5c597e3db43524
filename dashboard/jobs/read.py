"""Jobs that read a large log, check and sort it, and hold some of it out."""

from __future__ import annotations

from typing import Any

from dashboard.jobs.data import TEST_SHARE
from dashboard.jobs.kind import Config, Kind, Task
from dashboard.jobs.read_files import (
    has_dataset,
    has_held_out,
    read_dataset,
    write_dataset,
    write_held_out,
)
from dashboard.jobs.reading import read_anew, wanted_read
from dashboard.jobs.settings import check_names, number
from engine.config import stream
from engine.sources.registry import own_split
from engine.splits import random_mask

__all__ = ["KIND", "SCOPE"]

SETTINGS = ("dataset", "seed")
# It decides what is held out beside the data, not how they are read.
SCOPE = frozenset({"seed"})


def _check(config: Config) -> dict[str, Any]:
    check_names(config, known=SETTINGS, needed=("dataset",))
    return wanted_read(str(config["dataset"]), number(config, "seed", usual=7))


def _run(task: Task) -> None:
    name, seed = str(task.config["dataset"]), int(task.config["seed"])
    task.report(0, 2, "data")
    if not has_dataset(task.folder):
        write_dataset(read_anew(name, person=task.person), task.folder)
    task.report(1, 2, "split")
    if own_split(name) is None and not has_held_out(task.folder, seed=seed):
        rng = stream(seed, "split")
        mask = random_mask(read_dataset(task.folder), test_share=TEST_SHARE, rng=rng)
        write_held_out(mask, task.folder, seed=seed)
    task.report(2, 2, "split")


KIND = Kind("read", _check, _run, SCOPE)
