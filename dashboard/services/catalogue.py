"""What there is to choose from."""

from __future__ import annotations

from typing import Any

from dashboard.access.person import Person
from dashboard.access.role import Action
from dashboard.services.service import service
from dashboard.uploads.catalogue import dataset_names
from engine.models.registry import MODELS
from engine.policies.registry import POLICIES
from engine.sources.registry import SOURCES, is_at_hand

__all__ = ["datasets", "models", "policies"]


@service(Action.LOOK)
def datasets(person: Person) -> list[dict[str, Any]]:
    """Name the data sets, and which are at hand; a person's own come without a source."""
    known = {source.name: source for source in SOURCES}
    rows: list[dict[str, Any]] = []
    for name in dataset_names(person):
        source = known.get(name)
        rows.append(
            {
                "name": name,
                "description": None if source is None else source.description,
                "licence": None if source is None else source.licence,
                "at_hand": source is None or is_at_hand(source),
            }
        )
    return rows


@service(Action.LOOK)
def models(_person: Person) -> list[dict[str, Any]]:
    """Name the models."""
    return [{"name": name} for name in MODELS]


@service(Action.LOOK)
def policies(_person: Person) -> list[dict[str, Any]]:
    """Name the policies, and whether a rate means anything to them."""
    return [{"name": name, "takes_rate": policy.takes_rate} for name, policy in POLICIES.items()]
