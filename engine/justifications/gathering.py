"""The facts of one place of a list: what the model is asked before a word is chosen."""

from __future__ import annotations

from typing import TypedDict

import numpy as np

from engine.dataset import Dataset
from engine.errors import OptionError
from engine.explanations.attribution import explain
from engine.explanations.counterfactual import Counterfactual, drop_from_list
from engine.explanations.explanation import Explanation
from engine.explanations.rescoring import Rescorer
from engine.histories import Histories
from engine.justifications.facts import FactRecord, collect_facts
from engine.models.base import Recommender
from engine.policies.slates import Slates

__all__ = ["item_facts", "place_facts", "small_removal"]

# More titles than this make no short sentence.
_MOST_TITLES = 3
# Pairs are tried for up to 32 history items; above, every title costs one evaluation an item.
_BUDGET = 500


class _Removal(TypedDict):
    removal: tuple[int, ...]
    new_rank: int | None


def item_facts(
    model: Recommender, history: Histories, item: int, dataset: Dataset, *, n: int = 10
) -> FactRecord:
    """Return what may be said of one item, held against the model's own list of n.

    Of an item on that list the record also holds what stands one place lower, and few titles
    without which it would leave.

    Raises
    ------
    OptionError
        The length is below 1.
    """
    if n < 1:
        raise OptionError("the list length n is {n}; give a number from 1", n=n)
    listed = Rescorer(model, history, item, n=n).first(history, n=n + 1)[0]
    (places,) = np.nonzero(listed[:n] == item)
    following = -1 if not len(places) else int([*listed, -1][places[0] + 1])
    return collect_facts(
        explain(model, history, item),
        dataset,
        personalised=model.capabilities.personalised,
        next_item=following if following >= 0 else None,
        **_removal(model, history, item, n=n if len(places) else 0),
    )


def place_facts(
    model: Recommender,
    history: Histories,
    dataset: Dataset,
    shown: Slates,
    *,
    place: int,
    explanation: Explanation | None = None,
    near: bool | None = None,
) -> FactRecord:
    """Return what may be said of one place of a list that a policy made.

    That an item would leave the list is said only of a list in the model's own order: of others
    the score alone cannot say what would stand there.

    Parameters
    ----------
    shown
        Exactly one list.
    place
        Counted from 0, and filled.
    explanation
        Of the item's score, where there is one already.
    near
        Whether the policy itself calls the item near: `engine.policies.base.Policy.is_near`.
    """
    items, item = shown.items[0], int(shown.items[0, place])
    own, n = not shown.explored.any(), int((items >= 0).sum())
    following = int(items[place + 1]) if place + 1 < n else None
    return collect_facts(
        explain(model, history, item) if explanation is None else explanation,
        dataset,
        personalised=model.capabilities.personalised,
        explored=bool(shown.by_chance[0, place]),
        propensity=float(shown.propensities[0, place]),
        next_item=following,
        near=near,
        **_removal(model, history, item, n=n if own else 0),
    )


def _removal(model: Recommender, history: Histories, item: int, *, n: int) -> _Removal:
    found = small_removal(model, history, item, n=n) if n else None
    if found is None:
        return {"removal": (), "new_rank": None}
    return {"removal": found.items, "new_rank": found.rank_after}


def small_removal(
    model: Recommender, history: Histories, item: int, *, n: int
) -> Counterfactual | None:
    """Return up to three history items without which an item on the list of n leaves it.

    The model has scored the history without them; None where so few do not do it, or were not
    found.
    """
    if not model.capabilities.personalised or not len(history.items):
        return None
    found = drop_from_list(model, history, item, n=n, budget=_BUDGET, most=_MOST_TITLES)
    return found if found.found else None
