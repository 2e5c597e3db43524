"""Which data sets somebody may turn to."""

from __future__ import annotations

from dashboard.access.person import Person
from dashboard.uploads.store import store_of
from engine.sources.registry import SOURCES

__all__ = ["dataset_names"]


def dataset_names(person: Person) -> list[str]:
    """Return the names of those that everybody has, then of those this person brought."""
    own = store_of(person).kept()
    return [*(source.name for source in SOURCES), *(about.name for about in own)]
