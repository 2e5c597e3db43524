"""A person's own data sets: kept, removed, and nobody else's."""

from __future__ import annotations

from typing import BinaryIO

from dashboard import own_loaders
from dashboard.access.person import Person
from dashboard.access.role import Action
from dashboard.jobs import queue
from dashboard.services.service import service
from dashboard.uploads.apart import read_apart
from dashboard.uploads.server_paths import open_on_server
from dashboard.uploads.store import store_of
from dashboard.uploads.tables import Brought
from engine.dataset import Dataset

__all__ = ["columns_of_own_log", "forget_own", "keep_own", "read_on_server", "read_sent"]


@service(Action.BRING)
def read_sent(_person: Person, stream: BinaryIO, name: str, *, kind: str) -> Brought:
    """Read a table that somebody sends, apart from the server."""
    return read_apart(stream, name, kind)


@service(Action.BRING)
def read_on_server(_person: Person, said: str, *, kind: str) -> Brought:
    """Read a table by its path within the folder that this server opens."""
    with open_on_server(said) as stream:
        return read_apart(stream, said, kind)


@service(Action.BRING)
def columns_of_own_log(_person: Person, name: str, content: bytes) -> list[str]:
    """Return the columns of a log that somebody sends."""
    return own_loaders.columns_of_log(name, content)


@service(Action.BRING)
def keep_own(person: Person, dataset: Dataset, *, title: str) -> str:
    """Keep a checked data set, and return the name it has from now on."""
    return store_of(person).keep(dataset, title)


@service(Action.BRING)
def forget_own(person: Person, name: str) -> None:
    """Remove a data set the person keeps, and what jobs have made of it."""
    store = store_of(person)
    if store.has(name):
        # What was made of data that everybody has stays everybody's.
        queue.forget(name, person=person)
        store.delete(name)
