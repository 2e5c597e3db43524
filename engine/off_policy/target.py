"""The policy whose value is asked for, as far as it is known."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from engine.errors import OptionError
from engine.off_policy.feedback import LoggedFeedback, LoggedLists

__all__ = [
    "ListTarget",
    "Target",
    "column_target",
    "list_target",
    "mix_lists_with_chance",
    "mix_with_chance",
    "place_target",
    "uniform_odds",
]

Values = NDArray[np.float64]
Rows = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Target:
    """What the target does where the log was made.

    Attributes
    ----------
    name
        What people call it.
    chosen
        (N,) its chance of the logged action.
    table
        (G, A) distributions over actions; None where only ``chosen`` is known.
    groups
        (N,) which row of the table holds for which log.
    """

    name: str
    chosen: Values
    table: Values | None = None
    groups: Rows | None = None


@dataclass(frozen=True, eq=False)
class ListTarget:
    """What the target does where the lists were made.

    Attributes
    ----------
    name
        What people call it.
    chosen
        (N, k) its chance of each item given the places above; 1 where padded.
    odds
        (A,) if it draws without replacement by these chances of the first place (uniform, or
        Plackett-Luce), else None.
    """

    name: str
    chosen: Values
    odds: Values | None = None


def column_target(name: str, chosen: Values) -> Target:
    """Return a target of which only the chance of each logged action is known.

    Raises
    ------
    OptionError
        A chance is outside [0, 1].
    """
    return Target(name, _chances(name, chosen))


def place_target(name: str, table: Values, feedback: LoggedFeedback) -> Target:
    """Return a target that looks at nothing but the place.

    Parameters
    ----------
    name
        What people call it.
    table
        (K, A) a distribution over actions for each place, or (1, A) for all of them.
    feedback
        The log it is held against.

    Raises
    ------
    OptionError
        A row of the table is no distribution.
    """
    _check_distributions(name, table)
    groups = feedback.places if len(table) > 1 else np.zeros_like(feedback.places)
    return Target(name, table[groups, feedback.actions], table, groups)


def list_target(
    name: str, lists: LoggedLists, *, odds: Values | None = None, chosen: Values | None = None
) -> ListTarget:
    """Return a target of lists, from the odds it draws by or from its chance of each item.

    Drawn by odds p, an item's chance given the places above is p_a / (1 - sum of p above); where
    places are independent it is p_a.

    Raises
    ------
    OptionError
        The chances are none, or both or none of ``odds`` and ``chosen`` are given.
    """
    if chosen is not None and odds is None:
        return ListTarget(name, _chances(name, chosen))
    if odds is None or chosen is not None:
        raise OptionError("a target of lists needs odds or chosen, one of the two")
    _check_distributions(name, odds[None])
    padded = lists.actions < 0
    of_items = np.where(padded, 0.0, odds[lists.actions])
    left = np.ones_like(of_items) if lists.independent else _left(of_items)
    # Where the last item left is drawn, rounding must not make its chance more than 1.
    return ListTarget(name, np.where(padded, 1.0, np.minimum(of_items / left, 1)), odds)


def mix_with_chance(target: Target, rate: float, *, n_actions: int) -> Target:
    """Return the target that leaves a share of its choices to chance: (1 - rate) p + rate / A.

    Raises
    ------
    OptionError
        The rate is outside [0, 1].
    """
    _check_rate(rate)
    table = None if target.table is None else (1 - rate) * target.table + rate / n_actions
    return replace(target, chosen=(1 - rate) * target.chosen + rate / n_actions, table=table)


def mix_lists_with_chance(target: ListTarget, rate: float, *, lists: LoggedLists) -> ListTarget:
    """Return the target of lists that leaves a share of its places to chance.

    Chance draws among the items not yet above or, where places are independent, among all. The
    mixture has no odds to draw by, so estimators that need them are left out at rates above 0.

    Raises
    ------
    OptionError
        The rate is outside [0, 1].
    """
    _check_rate(rate)
    if rate == 0:
        return target
    above = np.zeros(target.chosen.shape[1]) if lists.independent else _places(target)
    mixed = (1 - rate) * target.chosen + rate / (len(lists.action_ids) - above)
    return ListTarget(target.name, np.where(lists.actions < 0, 1.0, mixed))


def _places(target: ListTarget) -> Values:
    return np.arange(target.chosen.shape[1], dtype=np.float64)


def _check_rate(rate: float) -> None:
    if not 0 <= rate <= 1:
        raise OptionError("the exploration rate is {rate}; give a number from 0 to 1", rate=rate)


def uniform_odds(n_actions: int) -> Values:
    """Return (A,) the same chance for each action."""
    return np.full(n_actions, 1 / n_actions)


def _left(of_items: Values) -> Values:
    """Chance that was left before each place was filled."""
    return np.asarray(1 - (np.cumsum(of_items, axis=1) - of_items))


def _chances(name: str, chosen: Values) -> Values:
    if not ((chosen >= 0) & (chosen <= 1)).all():
        raise OptionError(
            "the target {target} has a chance outside 0 to 1; give probabilities", target=name
        )
    return chosen


def _check_distributions(name: str, table: Values) -> None:
    if not (table >= 0).all() or not np.allclose(table.sum(axis=1), 1, atol=1e-6):
        raise OptionError(
            "the chances of the target {target} do not add up to 1; give a distribution over all "
            "actions",
            target=name,
        )
