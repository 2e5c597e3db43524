"""What stands for the data of a job: two people may share what was made of public data only."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from hashlib import sha256

from dashboard.access.person import Person
from dashboard.provenance import data_mark
from dashboard.uploads.names import is_own
from dashboard.uploads.staged import is_staged
from dashboard.uploads.store import store_of
from engine.config import stream
from engine.dataset import Dataset
from engine.errors import AssetError, UnknownNameError
from engine.sources.registry import SOURCES, is_at_hand, load, own_split
from engine.splits import Split, random_ratio

__all__ = ["TEST_SHARE", "data_of", "split_of"]

TEST_SHARE = 0.25


def data_of(name: str, *, person: Person) -> str:
    """Return what stands for the content of a data set; of one's own, what nobody else can have.

    The log itself is not read for that: a large one is read by a job.

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
        # No set is ever changed, and no name is given twice.
        return sha256(f"{person.identity}\0{name}".encode()).hexdigest()
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
    return data_mark(name) or _fingerprint(name)


def split_of(name: str, seed: int, *, dataset: Callable[[str], Dataset]) -> Split:
    """Return the data set's own split, or a quarter of each person's interactions held out."""
    own = own_split(name)
    if own is not None:
        return own
    return random_ratio(dataset(name), test_share=TEST_SHARE, rng=stream(seed, "split"))


@lru_cache(maxsize=64)
def _fingerprint(name: str) -> str:
    return load(name).fingerprint
