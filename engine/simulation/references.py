"""Lists without a model, which what a recommender does is held against: search, oracle, random."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

import numpy as np
from numpy.typing import NDArray

from engine.policies.slates import Slates, join_slates, make_slates
from engine.ranking import top_n
from engine.simulation.crowd import Crowd
from engine.simulation.luck import Luck

__all__ = ["REFERENCES", "Reference", "oracle_lists", "random_lists", "search_lists"]

Reference = Callable[..., Slates]
# Bounds the (people, I) tables that are in memory at once.
_CELLS = 2_000_000


def search_lists(crowd: Crowd, *, n: int, luck: Luck) -> Slates:
    """Return lists that people put together from their own tastes.

    Each is n items drawn without putting back, with chances proportional to appeal, from what the
    person does not have. It is the world without a recommender: no model, nothing learned from
    other people. The score is the utility, the propensity is exact.
    """
    return _in_blocks(crowd, partial(_by_appeal, luck=luck), n=n)


def random_lists(crowd: Crowd, *, n: int, luck: Luck) -> Slates:
    """Return n items drawn evenly from what the person does not have; every score is 0."""
    return _in_blocks(crowd, partial(_evenly, luck=luck), n=n)


def oracle_lists(crowd: Crowd, *, n: int, luck: Luck) -> Slates:
    """Return the n items each person likes most of what she does not have, with chance 1.

    The recommender of Chaney et al. (2018) that knows every taste. The score is the utility;
    nothing is drawn, so ``luck`` has no say.
    """
    return _in_blocks(crowd, _best, n=n)


REFERENCES: Mapping[str, Reference] = {
    "search": search_lists,
    "oracle": oracle_lists,
    "random": random_lists,
}
"""The lists without a model, by name."""


def _in_blocks(crowd: Crowd, fill: Callable[..., Slates], *, n: int) -> Slates:
    size = len(crowd.histories)
    step = max(_CELLS // crowd.histories.n_items, 1)
    blocks = []
    for begin in range(0, size, step):
        rows = slice(begin, min(begin + step, size))
        blocks.append(fill(crowd.tastes.appeals(rows), crowd.eligible(rows), n=n, first=begin))
    return join_slates(blocks)


def _by_appeal(
    appeals: NDArray[np.float64],
    eligible: NDArray[np.bool_],
    *,
    n: int,
    first: int,
    luck: Luck,
) -> Slates:
    utilities = _log(appeals)
    items = top_n(utilities + _noise(appeals, luck, first), eligible & (appeals > 0), n=n)
    weights = np.where(eligible, appeals, 0.0)
    shown = np.where(items >= 0, np.take_along_axis(weights, items, axis=1), 0.0)
    left = weights.sum(axis=1, keepdims=True) - (np.cumsum(shown, axis=1) - shown)
    # Rounding may leave slightly less than the item's own weight when it is the last one left.
    chances = shown / np.where(items >= 0, np.maximum(left, shown), np.nan)
    return _slates(items, utilities, chances)


def _evenly(
    appeals: NDArray[np.float64],
    eligible: NDArray[np.bool_],
    *,
    n: int,
    first: int,
    luck: Luck,
) -> Slates:
    items = top_n(_noise(appeals, luck, first), eligible, n=n)
    left = eligible.sum(axis=1, keepdims=True) - np.arange(n)
    return _slates(items, np.zeros_like(appeals), 1 / np.maximum(left, 1))


def _best(
    appeals: NDArray[np.float64], eligible: NDArray[np.bool_], *, n: int, first: int
) -> Slates:
    items = top_n(appeals, eligible, n=n)
    return _slates(items, _log(appeals), np.ones(items.shape))


def _log(appeals: NDArray[np.float64]) -> NDArray[np.float64]:
    with np.errstate(divide="ignore"):
        return np.asarray(np.log(appeals))


def _noise(appeals: NDArray[np.float64], luck: Luck, first: int) -> NDArray[np.float64]:
    people = first + np.arange(len(appeals))[:, None]
    return luck.gumbel(people, np.arange(appeals.shape[1]))


def _slates(
    items: NDArray[np.int32], scores: NDArray[np.float64], chances: NDArray[np.float64]
) -> Slates:
    explored = np.zeros(items.shape, dtype=bool)
    return make_slates(items, scores, propensities=chances, explored=explored)
