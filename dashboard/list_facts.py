"""What may be said about each place of one person's list; a page and a job say the same."""

from __future__ import annotations

from engine.dataset import Dataset
from engine.explanations.explanation import Explanation
from engine.justifications.facts import FactRecord, collect_facts
from engine.models.base import Recommender
from engine.policies.slates import Slates

__all__ = ["facts_at"]


def facts_at(
    shown: Slates, row: int, place: int, *, why: Explanation, train: Dataset, model: Recommender
) -> FactRecord:
    """Return what may be said about one place of a list.

    Parameters
    ----------
    shown, row, place
        Everyone's lists; whose it is, and which place, counted from 0.
    why
        Of the score of the item in that place.
    train, model
        What the model learned from, and the model.
    """
    return collect_facts(
        why,
        train,
        personalised=model.capabilities.personalised,
        explored=bool(shown.by_chance[row, place]),
        propensity=float(shown.propensities[row, place]),
        next_item=_next_item(shown, row, place),
    )


def _next_item(shown: Slates, row: int, place: int) -> int | None:
    """Return what stands one place lower."""
    below = shown.items[row, place + 1 : place + 2]
    return int(below[0]) if len(below) and below[0] >= 0 else None
