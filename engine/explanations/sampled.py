"""Sampled Shapley values: antithetic orders of the players, with standard errors."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.explanations.exact import alone
from engine.explanations.explanation import Explanation
from engine.explanations.games import Game
from engine.explanations.question import Effort, Question

__all__ = ["Sampled", "explain_by_permutation", "sample_shapley"]

# Fewer pairs say too little about their own spread to stop on.
_LEAST_PAIRS = 5
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
    """

    contributions: NDArray[np.float64]
    standard_errors: NDArray[np.float64]
    pairs: int


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
    )


def sample_shapley(game: Game, *, rng: np.random.Generator, effort: Effort) -> Sampled:
    """Let players enter in a random order and in its reverse, and note what each adds.

    Unbiased; every order adds up to v(N) - v(∅), so their mean does. A pair is exact where players
    act at most two together, and is the independent unit: SE_j is the deviation of pair means over
    the root of their number. Stops at the budget, or at the target error after five pairs.
    At least one pair is drawn, whatever the budget.
    """
    acting = np.flatnonzero(game.acting)
    n, fixed = len(acting), alone(game)
    if n < 2:
        only = _with_one(game)
        return Sampled(only, np.zeros_like(only), 0)
    draws = np.empty((0, n, game.n_values))
    for block in _blocks(n, budget=effort.evaluations(n), rng=rng):
        draws = np.concatenate([draws, _pair_means(game, acting[block])])
        if effort.error is not None and len(draws) >= _LEAST_PAIRS:
            largest = np.abs(draws.mean(axis=0)).max(axis=0)
            if (_errors(draws) <= effort.error * largest).all():
                break
    contributions, errors = fixed, np.zeros_like(fixed)
    contributions[acting] = draws.mean(axis=0)
    # With two players a pair is every order there is.
    errors[acting] = 0 if n == 2 else _errors(draws)
    return Sampled(contributions, errors, len(draws))


def _with_one(game: Game) -> NDArray[np.float64]:
    """(P, T) contributions where at most one player acts: its part is what the others leave."""
    nobody, everybody = game.ends()
    found = alone(game)
    found[game.acting] = everybody - nobody - found.sum(axis=0)
    return found


def _blocks(n: int, *, budget: int, rng: np.random.Generator) -> Iterator[NDArray[np.intp]]:
    """(b, n) orders, as many pairs as the budget has; nobody and everybody are asked once."""
    cost = 2 * (n - 1)
    left = 1 if n == 2 else max((budget - 2) // cost, 1)
    while left:
        size = min(left, max(_ROWS // cost, 1))
        yield rng.permuted(np.tile(np.arange(n), (size, 1)), axis=1)
        left -= size


def _pair_means(game: Game, orders: NDArray[np.intp]) -> NDArray[np.float64]:
    """(b, n, T) of each pair, for the acting players in the order of their places."""
    both = np.stack([orders, orders[:, ::-1]], axis=1)
    b, _, n = both.shape
    masks = np.zeros((b, 2, n + 1, game.n_players), dtype=bool)
    for size in range(n):
        masks[:, :, size + 1] = masks[:, :, size]
        np.put_along_axis(masks[:, :, size + 1], both[:, :, [size]], True, axis=2)
    values = game.values(masks.reshape(-1, game.n_players)).reshape(b, 2, n + 1, game.n_values)
    gains = np.diff(values, axis=2)
    by_player = np.take_along_axis(gains, np.argsort(both, axis=2)[..., None], axis=2)
    return np.asarray(by_player.mean(axis=1))


def _errors(draws: NDArray[np.float64]) -> NDArray[np.float64]:
    if len(draws) < 2:
        return np.full(draws.shape[1:], np.nan)
    return np.asarray(draws.std(axis=0, ddof=1) / np.sqrt(len(draws)))
