"""The traps of shap and lime stay closed."""

import numpy as np
import pytest

from engine.explanations.exact import enumerate_shapley
from engine.explanations.lime_explainer import lime_weights
from engine.explanations.masked_lime import fit_masks
from engine.explanations.shap_explainer import Algorithm, shap_values
from tests.engine.test_explanation_forms import Made

RNG = np.random.default_rng


def linear(n: int):
    a = RNG(n).normal(size=n) + 0.5
    return a, Made(n, lambda masks: 3 + masks @ a)


def curved(n: int) -> Made:
    w = RNG(1).normal(size=(2, n))
    return Made(n, lambda masks: np.tanh(masks @ w[0] / 3) + masks @ w[1])


@pytest.mark.parametrize("algorithm", ["permutation", "kernel"])
def test_no_player_is_dropped_by_shap(algorithm: Algorithm) -> None:
    a, game = linear(24)
    found = shap_values(game, rng=RNG(0), budget=600, algorithm=algorithm)[:, 0]
    np.testing.assert_allclose(found, a, atol=1e-8)


def test_the_librarys_exact_values_are_ours() -> None:
    game = curved(7)
    found = shap_values(game, rng=RNG(0), budget=10, algorithm="exact")
    np.testing.assert_allclose(found, enumerate_shapley(game), atol=1e-10)


def test_more_than_250_players_are_explained() -> None:
    a, game = linear(260)
    found = shap_values(game, rng=RNG(0), budget=500)[:, 0]
    np.testing.assert_allclose(found, a, atol=1e-8)


def test_the_librarys_global_generator_is_left_as_it_was() -> None:
    np.random.seed(4)  # noqa: NPY002
    shap_values(curved(5), rng=RNG(0), budget=60)
    first = np.random.random()  # noqa: NPY002
    np.random.seed(4)  # noqa: NPY002
    assert first == np.random.random()  # noqa: NPY002


def test_lime_keeps_every_player_and_its_true_sign() -> None:
    a, game = linear(24)
    _, weights = lime_weights(game, samples=2000, seed=0)
    assert np.count_nonzero(weights) == 24
    np.testing.assert_allclose(weights[:, 0], a, atol=0.05)


def test_lime_never_asks_about_anything_but_the_players() -> None:
    asked = []

    def value(masks):
        asked.append(masks)
        return masks.sum(axis=1).astype(float)

    lime_weights(Made(6, value), samples=60, seed=0)
    masks = np.concatenate(asked)
    assert masks.shape[1] == 6
    # Half of the players are hidden, as in our own masks.
    assert 0.3 < masks.mean() < 0.7


def test_our_masked_lime_gives_the_librarys_answer() -> None:
    game = curved(12)
    _, theirs = lime_weights(game, samples=4000, seed=0)
    masks = RNG(0).random((4000, 12)) < 0.5
    ours = fit_masks(masks, game.values(masks))[1]
    assert np.corrcoef(ours[:, 0], theirs[:, 0])[0, 1] > 0.999
    np.testing.assert_allclose(ours, theirs, atol=0.03)
