"""One door to all explanations: the method is chosen by what the model declares."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from engine.errors import CapabilityError, OptionError
from engine.explanations.exact import explain_exactly
from engine.explanations.explanation import Explanation, Method
from engine.explanations.leave_one_out import explain_by_leaving_out
from engine.histories import Histories
from engine.models.base import LinearRecommender, Recommender

__all__ = ["explain", "explain_each"]


def explain(
    model: Recommender,
    history: Histories,
    target: int,
    *,
    method: Method | Literal["auto"] = "auto",
) -> Explanation:
    """Explain the score of one item for one history; see `explain_each`."""
    return explain_each(model, history, targets=[target], method=method)[0]


def explain_each(
    model: Recommender,
    history: Histories,
    *,
    targets: Sequence[int],
    method: Method | Literal["auto"] = "auto",
) -> list[Explanation]:
    """Explain the scores of several items for one history, asking the model about all at once.

    Parameters
    ----------
    model
        A fitted recommender.
    history
        Exactly one history; an empty one leaves the base value alone.
    targets
        Item rows that are not in the history.
    method
        "exact" needs a model that is linear in its history; "leave-one-out" asks any model;
        "auto" takes the first where it can.

    Returns
    -------
    One explanation a target, in the order of ``targets``.

    Raises
    ------
    CapabilityError
        "exact" was asked from a model that is not linear in its history.
    OptionError
        More or less than one history, or a target outside the catalogue or in the history.
    """
    _check(history, targets)
    linear = isinstance(model, LinearRecommender) and model.capabilities.linear_in_history
    if method == "leave-one-out" or (method == "auto" and not linear):
        return explain_by_leaving_out(model, history, targets=targets)
    if isinstance(model, LinearRecommender) and linear:
        return explain_exactly(model, history, targets=targets)
    raise CapabilityError(
        "the model {model} is not linear in its history, so it has no exact explanation; "
        "use leave-one-out",
        model=model.name,
    )


def _check(history: Histories, targets: Sequence[int]) -> None:
    if len(history) != 1:
        raise OptionError(
            "an explanation is about one history, but {count} were given; take one row",
            count=len(history),
        )
    seen = set(history.items.tolist())
    for target in targets:
        if not 0 <= target < history.n_items:
            raise OptionError(
                "item row {row} is outside the catalogue; use rows 0 to {last}",
                row=target,
                last=history.n_items - 1,
            )
        if target in seen:
            raise OptionError(
                "item row {row} is already in the history, so it was not recommended; "
                "explain an item that is not in it",
                row=target,
            )
