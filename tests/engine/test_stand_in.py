"""The stand-in of sampled orders, and how far they go when nobody says how far."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.explanations.exact import enumerate_shapley
from engine.explanations.question import Effort
from engine.explanations.sampled import sample_shapley
from engine.explanations.stand_in import Ends, StandIn
from tests.engine.test_explanation_forms import Made

RNG = np.random.default_rng


def _any_stand_in(n: int, seed: int) -> StandIn:
    rng = RNG(seed)
    ends = Ends(*rng.normal(size=(2, 1)), *rng.normal(size=(2, n, 1)))
    return StandIn(rng.normal(size=(n + 1, 1)), rng.normal(size=(n + 1, 1)), ends.alone + 1, ends)


def _game_of(w: StandIn) -> Made:
    n = len(w.slopes)

    def value(masks):
        found = []
        for row in masks:
            inside, outside = np.flatnonzero(row), np.flatnonzero(~row)
            along = w.along(np.concatenate([inside, outside])[None])
            found.append(along[0, len(inside), 0])
        return np.array(found)

    return Made(n, value)


@given(n=st.integers(3, 9), seed=st.integers(0, 999))
def test_a_stand_in_knows_its_own_shapley_values(n: int, seed: int) -> None:
    w = _any_stand_in(n, seed)
    np.testing.assert_allclose(w.shapley(), enumerate_shapley(_game_of(w)), atol=1e-10)


def _normalised(n: int, seed: int = 0):
    """The root of a length under a sum, as in an encoder of a normalised history."""
    a = RNG(seed).normal(size=n) + 0.5
    size = lambda masks: np.maximum(masks.sum(axis=1), 1)  # noqa: E731
    return Made(n, lambda masks: (masks @ a) / size(masks) + 2 * (masks.sum(axis=1) > 0))


def test_a_game_that_hangs_on_how_many_are_there_is_left_to_no_chance() -> None:
    game = _normalised(11)
    found = sample_shapley(game, rng=RNG(1), effort=Effort())
    truth = enumerate_shapley(_normalised(11))
    helped = np.abs(found.contributions - truth).max()
    assert helped < 0.1 * np.abs(_plainly(game) - truth).max()
    assert found.standard_errors.max() < 0.02 * np.abs(truth).max()


def _plainly(game: Made):
    """Ten pairs without a stand-in."""
    rng, gains = RNG(1), []
    for _ in range(10):
        order = rng.permutation(game.n_players)
        for one in (order, order[::-1]):
            masks = np.argsort(one) < np.arange(game.n_players + 1)[:, None]
            gain = np.empty((game.n_players, 1))
            gain[one] = np.diff(game.values(masks), axis=0)
            gains.append(gain)
    return np.mean(gains, axis=0)


def _rough(n: int, seed: int):
    """Noise that no stand-in follows, on a sum."""
    table = RNG(seed).normal(size=1 << n)
    a = RNG(seed + 1).normal(size=n)
    return Made(n, lambda masks: masks @ a + 0.3 * table[masks @ (1 << np.arange(n))])


def test_sampling_stays_unbiased_whatever_the_stand_in_is_worth() -> None:
    game = _rough(9, 3)
    truth = enumerate_shapley(game)
    runs = [sample_shapley(game, rng=RNG(s), effort=Effort(budget=104)) for s in range(400)]
    means = np.array([run.contributions for run in runs])
    z = (means.mean(axis=0) - truth) / (means.std(axis=0) / np.sqrt(len(runs)))
    assert np.abs(z).max() < 4
    told = np.sqrt(np.mean([run.standard_errors**2 for run in runs], axis=0))
    # A stand-in fitted on the pairs it helps would promise too much.
    assert 0.9 < np.mean(means.std(axis=0) / told) < 1.1


@pytest.mark.parametrize("n", [3, 4, 5, 12])
def test_pairs_that_are_exact_are_left_alone(n: int) -> None:
    w, joint = RNG(1).normal(size=n), RNG(2).normal(size=(n, n))
    game = Made(n, lambda masks: masks @ w + np.einsum("mi,ij,mj->m", masks, joint, masks))
    found = sample_shapley(game, rng=RNG(0), effort=Effort(budget=2000))
    np.testing.assert_allclose(found.contributions, enumerate_shapley(game), atol=1e-10)
    assert found.standard_errors.max() < 1e-10


def _bordered(gap: float):
    """Twelve players, the fifth above the sixth by a gap, with noise around."""
    table = RNG(8).normal(size=1 << 12)
    a = np.array([9.0, 8, 7, 6, 5, 5 - gap, 1, 1, 1, 1, 1, 1])
    return Made(12, lambda masks: masks @ a + table[masks @ (1 << np.arange(12))])


def test_sampling_goes_on_until_the_first_five_are_told_apart() -> None:
    clear = _bordered(4.0)
    found = sample_shapley(clear, rng=RNG(0), effort=Effort())
    assert found.told_apart.all()
    assert clear.evaluations <= Effort().evaluations(12)
    close = _bordered(0.05)
    longer = sample_shapley(close, rng=RNG(0), effort=Effort())
    assert longer.pairs > 2 * found.pairs
    held = sample_shapley(_bordered(0.05), rng=RNG(0), effort=Effort(budget=260))
    assert held.pairs == found.pairs
    assert not held.told_apart.any()


def test_without_a_budget_sampling_ends_all_the_same() -> None:
    n, table = 40, RNG(0).normal(size=4096)

    def value(masks):
        return table[(masks @ RNG(1).integers(1, 99, size=40)) % 4096]

    game = Made(n, value)
    found = sample_shapley(game, rng=RNG(0), effort=Effort())
    assert not found.told_apart.any()
    assert 15_000 < game.evaluations <= Effort().most(n) == 20_000


def test_twins_across_the_border_are_not_told_apart() -> None:
    table = RNG(8).normal(size=13)
    a = np.array([9.0, 8, 7, 6, 5, 5, 1, 1, 1, 1, 1, 1])
    game = Made(12, lambda masks: (masks @ a) * (1 + 0.2 * table[masks.sum(axis=1)]))
    apart = [
        sample_shapley(game, rng=RNG(s), effort=Effort(budget=300)).told_apart[0] for s in range(40)
    ]
    assert np.mean(apart) <= 0.2


def test_few_players_are_always_told_apart_and_one_draw_never_tells() -> None:
    few = Made(5, lambda masks: masks.sum(axis=1) ** 3.0)
    assert sample_shapley(few, rng=RNG(0), effort=Effort(budget=2)).told_apart.all()
    many = Made(6, lambda masks: masks.sum(axis=1) ** 3.0)
    assert not sample_shapley(many, rng=RNG(0), effort=Effort(budget=2)).told_apart.any()
