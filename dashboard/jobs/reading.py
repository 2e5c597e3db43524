"""Large logs: read once by a job, which leaves columns that others map in a moment."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from dashboard.access.person import Person
from dashboard.jobs import place, queue
from dashboard.jobs.data import split_of
from dashboard.jobs.fitting import NotYetError
from dashboard.jobs.kind import Task
from dashboard.jobs.read_files import (
    has_dataset,
    has_held_out,
    read_dataset,
    read_held_out,
)
from dashboard.uploads.names import is_own
from dashboard.uploads.store import store_of
from engine.dataset import Dataset
from engine.errors import TableError
from engine.sources.registry import SOURCES, load, own_split
from engine.splits import Split, cut

__all__ = [
    "MOST_ROWS",
    "dataset_by_job",
    "dataset_of",
    "is_big",
    "read_anew",
    "split_by_job",
    "split_for",
    "wanted_read",
]

# A million rows are read, checked, sorted and split in some two seconds.
MOST_ROWS = 300_000
_SEED = 7


def is_big(name: str, *, person: Person) -> bool:
    """Whether a data set is so large that a job reads it; nothing is read to tell."""
    if is_own(name):
        return store_of(person).rows(name) > MOST_ROWS
    return any(source.name == name and source.rows > MOST_ROWS for source in SOURCES)


def wanted_read(name: str, seed: int = _SEED) -> dict[str, str | int]:
    """Return the settings of the job that reads a data set and holds out what a seed holds out."""
    return {"dataset": name, "seed": seed}


def dataset_by_job(name: str, *, person: Person) -> Dataset:
    """Return a large data set, for a page.

    Raises
    ------
    NotYetError
        No job has read it, or what it left is damaged.
    """
    folder = _folder(name, person=person)
    if not has_dataset(folder):
        raise NotYetError("read", wanted_read(name))
    try:
        return read_dataset(folder)
    except TableError as error:
        place.results().remove(folder.name)
        raise NotYetError("read", wanted_read(name)) from error


def split_by_job(name: str, seed: int, *, person: Person) -> Split:
    """Return the split of a large data set, for a page.

    Raises
    ------
    NotYetError
        As for `dataset_by_job`.
    """
    own = own_split(name)
    if own is not None:
        return own
    wanted = wanted_read(name, seed)
    folder = queue.result("read", wanted, person=person)
    if folder is None:
        raise NotYetError("read", wanted)
    try:
        mask = read_held_out(folder, seed=seed)
        return cut(read_dataset(folder), mask)
    except TableError as error:
        place.results().remove(folder.name)
        raise NotYetError("read", wanted) from error


def dataset_of(name: str, *, person: Person) -> Dataset:
    """Return the data set of a job, in the process that does it: as it was read, if it was."""
    if is_big(name, person=person):
        folder = _folder(name, person=person)
        if has_dataset(folder):
            return read_dataset(folder)
    return read_anew(name, person=person)


def read_anew(name: str, *, person: Person) -> Dataset:
    """Return a data set from its own files."""
    return store_of(person).load(name) if is_own(name) else load(name)


def split_for(task: Task) -> Split:
    """Return the split that a job's settings name, as the pages have it."""
    name, seed = str(task.config["dataset"]), int(task.config["seed"])
    found = partial(dataset_of, person=task.person)
    if own_split(name) is None and is_big(name, person=task.person):
        folder = _folder(name, person=task.person)
        if has_dataset(folder) and has_held_out(folder, seed=seed):
            return cut(found(name), read_held_out(folder, seed=seed))
    return split_of(name, seed, dataset=found)


def _folder(name: str, *, person: Person) -> Path:
    return queue.folder_of("read", wanted_read(name), person=person)
