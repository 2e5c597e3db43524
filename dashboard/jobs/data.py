"""What stands for the data of a job: two people may share what was made of public data only."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache, partial
from hashlib import sha256

from dashboard.access.person import Person
from dashboard.jobs.kind import Task
from dashboard.uploads.names import is_own
from dashboard.uploads.staged import is_staged
from dashboard.uploads.store import UploadStore, store_of
from engine.config import stream
from engine.dataset import Dataset
from engine.errors import AssetError, UnknownNameError
from engine.sources.registry import SOURCES, is_at_hand, load, own_split
from engine.splits import Split, random_ratio

__all__ = ["TEST_SHARE", "data_of", "dataset_of", "split_for", "split_of"]

TEST_SHARE = 0.25


def data_of(name: str, *, person: Person) -> str:
    """Return the fingerprint of a data set; of one's own, one that nobody else can have.

    Raises
    ------
    UnknownNameError
        No data set has that name.
    AssetError
        It is not on this machine; nothing is downloaded.
    """
    if is_staged(name):
        # The name is a digest of the content already.
        return sha256(f"{person.identity}\0{name}".encode()).hexdigest()
    if is_own(name):
        store = store_of(person)
        if not store.has(name):
            store.load(name)  # Says that there is none.
        content = _own_fingerprint(store, name)
        return sha256(f"{person.identity}\0{content}".encode()).hexdigest()
    source = next((source for source in SOURCES if source.name == name), None)
    if source is None:
        raise UnknownNameError(
            "no data set is called {name}; there are {names}",
            name=name,
            names=", ".join(source.name for source in SOURCES),
        )
    if not is_at_hand(source):
        raise AssetError(
            "the data set {dataset} is not on this machine yet. Run “recscope fetch {dataset}”, "
            "then reload this page",
            dataset=name,
        )
    return _fingerprint(name)


def dataset_of(name: str, *, person: Person) -> Dataset:
    """Return the data set of a job, in the process that does it."""
    return store_of(person).load(name) if is_own(name) else load(name)


def split_of(name: str, seed: int, *, dataset: Callable[[str], Dataset]) -> Split:
    """Return the data set's own split, or a quarter of each person's interactions held out."""
    own = own_split(name)
    if own is not None:
        return own
    return random_ratio(dataset(name), test_share=TEST_SHARE, rng=stream(seed, "split"))


def split_for(task: Task) -> Split:
    """Return the split that a job's settings name, as the pages have it."""
    name, seed = str(task.config["dataset"]), int(task.config["seed"])
    return split_of(name, seed, dataset=partial(dataset_of, person=task.person))


@lru_cache(maxsize=64)
def _own_fingerprint(store: UploadStore, name: str) -> str:
    """Of a set that somebody keeps: no set is ever changed, and no name given twice."""
    return store.load(name).fingerprint


@lru_cache(maxsize=64)
def _fingerprint(name: str) -> str:
    return load(name).fingerprint
