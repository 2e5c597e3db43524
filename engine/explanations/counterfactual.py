"""Counterfactuals: what would have had to be otherwise in a history for another list."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from engine.errors import OptionError
from engine.explanations.question import Question
from engine.explanations.removals import smallest_linear_removals
from engine.explanations.rescoring import Rescorer
from engine.histories import Histories
from engine.models.base import Recommender

__all__ = ["Counterfactual", "bring_into_list", "drop_from_list"]

# Competitors just below the list, against whom items are put in order.
_RIVALS = 10
# Additions that are tried one by one.
_MOST_CANDIDATES = 2000


@dataclass(frozen=True)
class Counterfactual:
    """A change of the history after which the target has left the list, or entered it.

    Every change found was scored by the model: ranks and scores are its own.

    Attributes
    ----------
    kind
        "removal" takes items out until the target is not listed, "addition" adds items until it is.
    target, n
        Of which item, and of how long a list.
    found
        False where the search ended without one; then there are no items, and what is said of
        "after" is as before.
    items
        Rows taken out or added.
    size
        "minimal": no smaller set does it. "small": no item of it can be spared, a smaller set of
        other items may exist. "none": there is no such set. "unknown": none was found.
    rank_before, rank_after, score_before, score_after
        Of the target; ranks count the items that are not in the original history.
    rival
        The first item of the new list where the target left, and the item that was pushed out
        where it entered; -1 where nothing was found.
    evaluations
        Histories the model scored for all this.
    """

    kind: Literal["removal", "addition"]
    target: int
    n: int
    found: bool
    items: tuple[int, ...]
    size: Literal["minimal", "small", "none", "unknown"]
    rank_before: int
    rank_after: int
    score_before: float
    score_after: float
    rival: int
    evaluations: int


def drop_from_list(
    model: Recommender,
    history: Histories,
    target: int,
    *,
    n: int = 1,
    budget: int = 2000,
    most: int | None = None,
) -> Counterfactual:
    """Find few history items without which the target is not among the first n.

    A model linear in its history gives the minimal set for n = 1 in closed form, or the proof that
    there is none. Else all single items are tried, all pairs where the budget has room for them,
    and then items in the order in which they hold the target above those just below the list, and
    the item whose loss costs the target most each time anew; what can be spared of the smaller of
    these two sets is put back.

    Parameters
    ----------
    model
        Any fitted recommender.
    history
        One history.
    target
        An item among its first n.
    n
        Length of the list.
    budget
        Pairs are tried where there are no more than this, and no more is spent on choosing anew.
    most
        Larger sets are not looked for; None for any size.

    Raises
    ------
    OptionError
        The target is not among the first n, or the question has no answer; see `Question`.
    """
    ask = _begin(model, history, target, n=n)
    now = ask.standing(history)
    if now.ranks[0] > n:
        raise OptionError(
            "item row {row} has rank {rank}, so it is not among the first {n}; "
            "name an item that is listed",
            row=target,
            rank=int(now.ranks[0]),
            n=n,
        )
    if not ask.can_leave:
        return _not_found(ask, "removal", "none")
    whole = ask.scores(history)[0]
    alone = np.eye(len(history.items), dtype=bool)
    # (P, I) what every item's score loses with each history item.
    losses = whole - _all_scores(ask, alone)
    most = len(losses) if most is None else min(most, len(losses))
    if model.capabilities.linear_in_history and n == 1:
        return _drop_linear(ask, losses, whole, most=most)
    return _drop_by_search(ask, losses, whole, budget=budget, most=most)


def _drop_linear(
    ask: Rescorer, losses: NDArray[np.float64], whole: NDArray[np.float64], *, most: int
) -> Counterfactual:
    listed = ~ask.history.seen()[0]
    for removed in smallest_linear_removals(losses, whole, target=ask.target, listed=listed):
        if ask.standing(ask.without(removed[None])).ranks[0] > ask.n:
            if removed.sum() > most:
                return _not_found(ask, "removal", "unknown")
            return _removed(ask, removed, "minimal")
    return _not_found(ask, "removal", "none")


def _drop_by_search(
    ask: Rescorer,
    losses: NDArray[np.float64],
    whole: NDArray[np.float64],
    *,
    budget: int,
    most: int,
) -> Counterfactual:
    size = len(losses)
    tried = [np.eye(size, dtype=bool)]
    if size * (size - 1) // 2 <= budget and most > 1:
        tried.append(_pairs(size))
    for masks in tried:
        best = _best_removal(ask, masks)
        if best is not None:
            return _removed(ask, best, "minimal")
    listed = ~ask.history.seen()[0]
    order = _by_hold(losses, whole, target=ask.target, listed=listed, n=ask.n)
    found = None
    if most > len(tried):
        found = _smaller(_greedy(ask, order, most=most), _descend(ask, budget=budget, most=most))
    if found is None:
        return _not_found(ask, "removal", "unknown")
    # All smaller sets were tried and failed where the set has but one item more than those.
    return _removed(ask, found, "minimal" if found.sum() <= len(tried) + 1 else "small")


def bring_into_list(
    model: Recommender, history: Histories, target: int, *, n: int = 10, most: int = 3
) -> Counterfactual:
    """Find few items that would bring the target among the first n, were they in the history.

    Every other item that is not listed is tried at the end of the history (at most 2,000, those
    first that the model lists for somebody who has the target alone); then the best of them with
    each of the others, up to ``most`` items.

    Raises
    ------
    OptionError
        The target is among the first n already, or the question has no answer; see `Question`.
    """
    ask = _begin(model, history, target, n=n)
    now = ask.standing(history)
    if now.ranks[0] <= n:
        raise OptionError(
            "item row {row} has rank {rank}, so it is among the first {n} already; "
            "name an item that is not listed",
            row=target,
            rank=int(now.ranks[0]),
            n=n,
        )
    candidates = _candidates(ask)
    added: NDArray[np.int64] = np.zeros(0, dtype=np.int64)
    for step in range(min(most, len(candidates))):
        left = np.setdiff1d(candidates, added)
        tries = np.column_stack([np.tile(added, (len(left), 1)), left])
        standing = ask.standing(ask.plus(tries))
        best = int(np.lexsort((-standing.leads, standing.ranks))[0])
        added = tries[best]
        if standing.ranks[best] <= n:
            spared = _spare(ask, added)
            return _added(ask, spared, "minimal" if step == 0 or len(spared) == 1 else "small")
    return _not_found(ask, "addition", "unknown")


def _begin(model: Recommender, history: Histories, target: int, *, n: int) -> Rescorer:
    Question(model, history, (target,))
    if n < 1:
        raise OptionError("the list length n is {n}; give a number from 1", n=n)
    return Rescorer(model, history, target, n=n)


def _all_scores(ask: Rescorer, masks: NDArray[np.bool_]) -> NDArray[np.float64]:
    if not len(masks):
        return np.zeros((0, ask.history.n_items))
    return ask.scores(ask.without(masks))


def _by_hold(
    losses: NDArray[np.float64],
    whole: NDArray[np.float64],
    *,
    target: int,
    listed: NDArray[np.bool_],
    n: int,
) -> NDArray[np.int64]:
    """(P,) places, that first whose loss costs the target most beside those just below it."""
    others = np.flatnonzero(listed & (np.arange(len(whole)) != target))
    below = others[np.argsort(-whole[others], kind="stable")][n - 1 : n - 1 + _RIVALS]
    hold = losses[:, target] - (losses[:, below].mean(axis=1) if len(below) else 0)
    return np.argsort(-hold, kind="stable")


def _pairs(size: int) -> NDArray[np.bool_]:
    pairs = np.array(list(combinations(range(size), 2)), dtype=np.int64).reshape(-1, 2)
    masks = np.zeros((len(pairs), size), dtype=bool)
    np.put_along_axis(masks, pairs, True, axis=1)
    return masks


def _best_removal(ask: Rescorer, masks: NDArray[np.bool_]) -> NDArray[np.bool_] | None:
    """Return the mask after which the target stands lowest, if it then is off the list."""
    if not len(masks):
        return None
    standing = ask.standing(ask.without(masks))
    lowest = int(np.argmin(standing.leads))
    off = np.flatnonzero(standing.ranks > ask.n)
    if not len(off):
        return None
    best: NDArray[np.bool_] = masks[lowest if standing.ranks[lowest] > ask.n else off[0]]
    return best


def _greedy(ask: Rescorer, order: NDArray[np.int64], *, most: int) -> NDArray[np.bool_] | None:
    """Take items out in the order given until the target is off the list."""
    prefixes = np.zeros((most, len(order)), dtype=bool)
    for count in range(most):
        prefixes[count:, order[count]] = True
    off = np.flatnonzero(ask.standing(ask.without(prefixes)).ranks > ask.n)
    if not len(off):
        return None
    removed: NDArray[np.bool_] = prefixes[off[0]].copy()
    return _put_back(ask, removed, order)


def _descend(ask: Rescorer, *, budget: int, most: int) -> NDArray[np.bool_] | None:
    """Take out, each time anew, the item without which the target stands lowest."""
    size = len(ask.history.items)
    removed = np.zeros(size, dtype=bool)
    order: list[int] = []
    while most > len(order) and (budget := budget - size + len(order)) >= 0:
        left = np.flatnonzero(~removed)
        tries = removed | (np.arange(size) == left[:, None])
        standing = ask.standing(ask.without(tries))
        best = int(np.argmin(standing.leads))
        removed = tries[best]
        order.append(int(left[best]))
        if standing.ranks[best] > ask.n:
            return _put_back(ask, removed, np.array(order))
    return None


def _smaller(
    first: NDArray[np.bool_] | None, second: NDArray[np.bool_] | None
) -> NDArray[np.bool_] | None:
    if first is None or second is None:
        return second if first is None else first
    return second if second.sum() < first.sum() else first


def _put_back(
    ask: Rescorer, removed: NDArray[np.bool_], order: NDArray[np.int64]
) -> NDArray[np.bool_]:
    """Put back what can be spared, that first which was taken last."""
    for place in order[::-1]:
        if removed[place] and removed.sum() > 1:
            fewer = removed.copy()
            fewer[place] = False
            if ask.standing(ask.without(fewer[None])).ranks[0] > ask.n:
                removed = fewer
    return removed


def _candidates(ask: Rescorer) -> NDArray[np.int64]:
    """Return rows that may be added; at most so many, by what the model lists beside the target.

    What is on the list already only frees a place, which says nothing of the target.
    """
    allowed = ~ask.history.seen()
    listed = ask.first(ask.history, n=ask.n)[0]
    allowed[0, [ask.target, *listed[listed >= 0]]] = False
    count = int(min(allowed.sum(), _MOST_CANDIDATES))
    if count == 0:
        return np.zeros(0, dtype=np.int64)
    if count == allowed.sum():
        return np.flatnonzero(allowed[0])
    has_target = ask.history.keep(np.zeros(len(ask.history.items), dtype=bool)).append(
        np.zeros(1, dtype=np.int64), np.array([ask.target])
    )
    near = np.where(allowed[0], ask.scores(has_target)[0], -np.inf)
    return np.sort(np.argsort(-near, kind="stable")[:count])


def _spare(ask: Rescorer, added: NDArray[np.int64]) -> NDArray[np.int64]:
    """Leave out what the target does not need."""
    for item in added[:-1].tolist():
        fewer = added[added != item]
        if ask.standing(ask.plus(fewer[None])).ranks[0] <= ask.n:
            added = fewer
    return added


def _removed(
    ask: Rescorer, removed: NDArray[np.bool_], size: Literal["minimal", "small"]
) -> Counterfactual:
    after = ask.without(removed[None])
    rival = int(ask.first(after, n=1)[0, 0])
    return _told(ask, "removal", ask.history.items[removed], after, size=size, rival=rival)


def _added(
    ask: Rescorer, added: NDArray[np.int64], size: Literal["minimal", "small"]
) -> Counterfactual:
    after = ask.plus(added[None])
    before = ask.first(ask.history, n=ask.n)[0].tolist()
    now = set(ask.first(after, n=ask.n)[0].tolist()) | set(added.tolist())
    rival = next((row for row in reversed(before) if row not in now), -1)
    return _told(ask, "addition", added, after, size=size, rival=rival)


def _told(
    ask: Rescorer,
    kind: Literal["removal", "addition"],
    items: NDArray[np.integer],
    after: Histories,
    *,
    size: Literal["minimal", "small"],
    rival: int,
) -> Counterfactual:
    before, now = ask.standing(ask.history), ask.standing(after)
    return Counterfactual(
        kind=kind,
        target=ask.target,
        n=ask.n,
        found=True,
        items=tuple(items.tolist()),
        size=size,
        rank_before=int(before.ranks[0]),
        rank_after=int(now.ranks[0]),
        score_before=float(before.scores[0]),
        score_after=float(now.scores[0]),
        rival=rival,
        evaluations=ask.evaluations,
    )


def _not_found(
    ask: Rescorer, kind: Literal["removal", "addition"], size: Literal["none", "unknown"]
) -> Counterfactual:
    before = ask.standing(ask.history)
    return Counterfactual(
        kind=kind,
        target=ask.target,
        n=ask.n,
        found=False,
        items=(),
        size=size,
        rank_before=int(before.ranks[0]),
        rank_after=int(before.ranks[0]),
        score_before=float(before.scores[0]),
        score_after=float(before.scores[0]),
        rival=-1,
        evaluations=ask.evaluations,
    )
