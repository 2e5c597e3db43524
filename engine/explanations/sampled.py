"""Sampled Shapley values: antithetic orders of the players, with standard errors."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain, takewhile

import numpy as np
from numpy.typing import NDArray
from scipy.special import stdtrit

from engine.explanations.draws import LEAST_HELPED, by_order, helped_draws
from engine.explanations.exact import alone
from engine.explanations.explanation import FIRST, Explanation
from engine.explanations.games import Game
from engine.explanations.question import Effort, Question
from engine.explanations.stand_in import Ends

__all__ = ["Sampled", "explain_by_permutation", "sample_shapley"]

# Fewer pairs say too little about their own spread to stop on.
_LEAST_PAIRS = LEAST_HELPED
# No standard error above this share of the largest contribution: enough, told apart or not.
_FINE = 0.005
# Subsets of several pairs are asked about at once.
_ROWS = 512


@dataclass(frozen=True, eq=False)
class Sampled:
    """Means over pairs of orders.

    Attributes
    ----------
    contributions, standard_errors
        (P, T); errors are NaN where a single pair leaves no spread.
    pairs
        How many.
    told_apart
        (T,) whether the five largest contributions are above all others, by a 95% interval of the
        difference across that border.
    """

    contributions: NDArray[np.float64]
    standard_errors: NDArray[np.float64]
    pairs: int
    told_apart: NDArray[np.bool_]


def explain_by_permutation(
    question: Question, *, rng: np.random.Generator, effort: Effort
) -> list[Explanation]:
    """Sample Shapley values by orders of the players, the same orders for all targets."""
    game = question.play()
    sampled = sample_shapley(game, rng=rng, effort=effort)
    return question.answer(
        "permutation",
        game,
        ends=game.ends(),
        contributions=sampled.contributions,
        errors=sampled.standard_errors,
        draws=sampled.pairs,
        told_apart=sampled.told_apart.tolist(),
    )


def sample_shapley(game: Game, *, rng: np.random.Generator, effort: Effort) -> Sampled:
    """Let players enter in a random order and in its reverse, and note what each adds.

    Unbiased; every order adds up to v(N) - v(∅), so their mean does. A pair is exact where players
    act at most two together, and is the independent unit: SE_j is the deviation of pair means over
    the root of their number. At least one pair is drawn, whatever the budget.

    From five pairs on a stand-in of known Shapley values goes along the same orders, and only what
    the game does otherwise is left to chance (a control variate); see `helped_draws`. Stops at the
    budget, or at the target error. Where neither is given it takes 20 evaluations a player and 20
    more, and twice as many pairs again and again, up to 20,000 evaluations, until the five largest
    are told apart from the rest or no standard error is above half a percent of the largest.

    Notes
    -----
    Antithetic orders: Mitchell et al., JMLR 2022; control variates for Shapley values: Goldwasser
    and Hooker, 2024, and regression adjustment: Witter, Liu and Musco, 2025.
    """
    acting = np.flatnonzero(game.acting)
    n, fixed = len(acting), alone(game)
    if n < 2:
        only = _with_one(game)
        return Sampled(only, np.zeros_like(only), 0, np.ones(game.n_values, dtype=bool))
    ends = _ends(game, acting) if _pairs(n, effort.most(n), assisted=True) >= _LEAST_PAIRS else None
    orders = np.empty((0, 2, n), dtype=np.intp)
    values = np.empty((0, 2, n + 1, game.n_values))
    draws = np.empty((0, n, game.n_values))
    for count in _looks(n, effort, assisted=ends is not None):
        for block in _blocks(n, count - len(orders), rng=rng):
            orders = np.concatenate([orders, block])
            values = np.concatenate([values, _values(game, acting[block])])
        if ends is None or len(orders) < LEAST_HELPED:
            draws = by_order(values, orders)
        else:
            draws = helped_draws(orders, values, ends)
        if _is_enough(draws, effort):
            break
    contributions, errors = fixed, np.zeros_like(fixed)
    contributions[acting] = draws.mean(axis=0)
    # With two players a pair is every order there is.
    errors[acting] = 0 if n == 2 else _errors(draws)
    return Sampled(contributions, errors, len(draws), _told_apart(draws))


def _with_one(game: Game) -> NDArray[np.float64]:
    """(P, T) contributions where at most one player acts: its part is what the others leave."""
    nobody, everybody = game.ends()
    found = alone(game)
    found[game.acting] = everybody - nobody - found.sum(axis=0)
    return found


def _ends(game: Game, acting: NDArray[np.intp]) -> Ends:
    n = len(acting)
    masks = np.zeros((2 * n + 2, game.n_players), dtype=bool)
    masks[:, acting] = np.concatenate(
        [np.arange(2)[:, None] > np.zeros(n), np.eye(n), 1 - np.eye(n)]
    )
    values = game.values(masks)
    return Ends(values[0], values[1], values[2 : n + 2], values[n + 2 :])


def _pairs(n: int, budget: int, *, assisted: bool) -> int:
    """How many pairs a budget has; nobody, everybody and other ends are asked about once."""
    if n == 2:
        return 1
    known = 2 + 2 * n if assisted else 2
    each = 2 * max(n - 3, 1) if assisted else 2 * (n - 1)
    return max((budget - known) // each, 1)


def _looks(n: int, effort: Effort, *, assisted: bool) -> Iterator[int]:
    """After how many pairs to see whether it is enough: few looks, so that none is lucky."""
    most = _pairs(n, effort.most(n), assisted=assisted)
    first = _LEAST_PAIRS if effort.error else _pairs(n, effort.evaluations(n), assisted=assisted)
    doubled = (first << step for step in range(64))
    return chain(takewhile(lambda pairs: pairs < most, doubled), [most])


def _is_enough(draws: NDArray[np.float64], effort: Effort) -> bool:
    if len(draws) < _LEAST_PAIRS:
        return False
    share = _errors(draws).max(axis=0) / np.maximum(np.abs(draws.mean(axis=0)).max(axis=0), 1e-300)
    if effort.error is not None:
        return bool((share <= effort.error).all())
    return bool((_told_apart(draws) | (share <= _FINE)).all())


def _blocks(n: int, count: int, *, rng: np.random.Generator) -> Iterator[NDArray[np.intp]]:
    """(b, 2, n) orders and their reverses, ``count`` pairs in all."""
    while count > 0:
        size = min(count, max(_ROWS // (2 * n), 1))
        orders = rng.permuted(np.tile(np.arange(n), (size, 1)), axis=1)
        yield np.stack([orders, orders[:, ::-1]], axis=1)
        count -= size


def _values(game: Game, orders: NDArray[np.intp]) -> NDArray[np.float64]:
    """(b, 2, n + 1, T) values as the players enter."""
    b, _, n = orders.shape
    masks = np.zeros((b, 2, n + 1, game.n_players), dtype=bool)
    for size in range(n):
        masks[:, :, size + 1] = masks[:, :, size]
        np.put_along_axis(masks[:, :, size + 1], orders[:, :, [size]], True, axis=2)
    return game.values(masks.reshape(-1, game.n_players)).reshape(b, 2, n + 1, game.n_values)


def _errors(draws: NDArray[np.float64]) -> NDArray[np.float64]:
    if len(draws) < 2:
        return np.full(draws.shape[1:], np.nan)
    return np.asarray(draws.std(axis=0, ddof=1) / np.sqrt(len(draws)))


def _told_apart(draws: NDArray[np.float64]) -> NDArray[np.bool_]:
    """(T,) whether the last of the first five is above the first of the rest, at 95%."""
    count, n, n_values = draws.shape
    if n <= FIRST:
        return np.ones(n_values, dtype=bool)
    if count < 2:
        return np.zeros(n_values, dtype=bool)
    order = np.argsort(-draws.mean(axis=0), axis=0, kind="stable")
    last, next_ = (
        np.take_along_axis(draws, order[None, [place]], 1)[:, 0] for place in (FIRST - 1, FIRST)
    )
    apart = last - next_
    width = stdtrit(count - 1, 0.975) * apart.std(axis=0, ddof=1) / np.sqrt(count)
    return np.asarray(apart.mean(axis=0) >= width)
