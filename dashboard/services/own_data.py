"""A person's own data sets: kept, removed, and nobody else's."""

from __future__ import annotations

from dashboard.access.person import Person
from dashboard.access.role import Action
from dashboard.jobs import queue
from dashboard.services.service import service
from dashboard.uploads.store import store_of
from engine.dataset import Dataset

__all__ = ["forget_own", "keep_own"]


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
