"""Draws of pairs of orders: right on average, and nothing that helps a pair has looked at it."""

from itertools import permutations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.explanations.draws import LEAST_HELPED, by_order, by_size, helped_draws
from engine.explanations.exact import enumerate_shapley
from engine.explanations.stand_in import Ends
from tests.engine.test_explanation_forms import Made

RNG = np.random.default_rng


def _game(n: int, seed: int, rough: float = 1.0) -> Made:
    table, a = RNG(seed).normal(size=1 << n), RNG(seed + 1).normal(size=n)
    return Made(n, lambda masks: masks @ a + rough * table[masks @ (1 << np.arange(n))])


def _along(game: Made, orders: np.ndarray) -> np.ndarray:
    """(K, 2, n + 1, 1) values as the players enter."""
    n = orders.shape[2]
    masks = np.argsort(orders, axis=2)[:, :, None] < np.arange(n + 1)[:, None]
    return game.values(masks.reshape(-1, n)).reshape(*orders.shape[:2], n + 1, 1)


def _pairs(orders: np.ndarray) -> np.ndarray:
    return np.stack([orders, orders[:, ::-1]], axis=1)


def _drawn(n: int, count: int, seed: int) -> np.ndarray:
    return _pairs(RNG(seed).permuted(np.tile(np.arange(n), (count, 1)), axis=1))


def _ends(game: Made) -> Ends:
    n, eye = game.n_players, np.eye(game.n_players, dtype=bool)
    values = game.values(np.concatenate([np.zeros((1, n), bool), np.ones((1, n), bool), eye, ~eye]))
    return Ends(values[0], values[1], values[2 : n + 2], values[n + 2 :])


@pytest.mark.parametrize("draw", [by_order, by_size])
@given(n=st.integers(2, 6), seed=st.integers(0, 10**6))
def test_over_all_orders_the_mean_is_the_shapley_value(draw, n: int, seed: int) -> None:
    game = _game(n, seed)
    orders = _pairs(np.array(list(permutations(range(n)))))
    draws = draw(_along(game, orders), orders)
    np.testing.assert_allclose(draws.mean(axis=0), enumerate_shapley(game), atol=1e-10)
    nobody, everybody = game.ends()
    np.testing.assert_allclose(draws.sum(axis=1), (everybody - nobody)[None].repeat(len(orders), 0))


def test_what_helps_a_pair_has_not_looked_at_it() -> None:
    """A draw moves with its own pair's values along a line, whatever the others are."""
    n, count = 9, 12
    game, orders = _game(n, 3, rough=0.3), _drawn(9, 12, 1)
    values, ends = _along(game, orders), _ends(game)
    for pair in range(count):
        moved = np.zeros_like(values)
        moved[pair] = RNG(pair).normal(size=values.shape[1:])
        none, one, two = (
            helped_draws(orders, values + far * moved, ends)[pair] for far in (0, 1, 2)
        )
        np.testing.assert_allclose(two - none, 2 * (one - none), atol=1e-9)
        assert np.abs(one - none).max() > 0.01


@pytest.mark.parametrize("rough", [0.0, 0.05, 0.5, 5.0])
def test_help_spreads_less_than_pairs_alone_or_about_as_much(rough: float) -> None:
    game = _game(10, 5, rough)
    ends, alone, helped = _ends(game), [], []
    for seed in range(60):
        orders = _drawn(10, 10, seed)
        values = _along(game, orders)
        alone.append(by_order(values, orders).mean(axis=0))
        helped.append(helped_draws(orders, values, ends).mean(axis=0))
    spread, own = (np.var(each, axis=0).sum() for each in (helped, alone))
    assert spread <= 0.6 * own if rough >= 0.5 else spread <= 1.1 * own + 1e-20


def test_the_fewest_pairs_that_are_helped_add_up() -> None:
    game, orders = _game(3, 2), _drawn(3, LEAST_HELPED, 0)
    draws = helped_draws(orders, _along(game, orders), _ends(game))
    nobody, everybody = game.ends()
    np.testing.assert_allclose(draws.sum(axis=1), (everybody - nobody)[None].repeat(5, 0))
