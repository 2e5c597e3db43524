"""What may be said about one item for one person."""

from __future__ import annotations

from collections.abc import Callable

from dashboard.access.person import Person
from dashboard.access.role import Action
from dashboard.services.explain import Why
from dashboard.services.service import service
from engine.dataset import Dataset
from engine.justifications.facts import FactRecord
from engine.justifications.gathering import item_facts
from engine.models.base import Recommender

__all__ = ["facts_about"]


@service(Action.LOOK)
def facts_about(
    _person: Person, why: Why, train: Dataset, *, fit: Callable[[], Recommender]
) -> FactRecord:
    """Return what may be said about one item for one person, on the model's own list of ``n``."""
    return item_facts(fit(), why.history(train), train.item_row(why.item), train, n=why.n)
