"""EASE against the ridge regressions it stands for."""

import numpy as np
import pytest

from engine.errors import OptionError
from engine.models.ease import Ease
from tests import worlds

RNG = np.random.default_rng(0)


@pytest.mark.parametrize("weighting", ["binary", "weight"])
def test_each_column_is_a_ridge_regression_on_the_other_items(weighting: str) -> None:
    world = worlds.noisy()
    x = world.histories.matrix().toarray().astype(float)
    if weighting == "binary":
        x = (x > 0).astype(float)
    model = Ease(regularization=3, weighting=weighting).fit(world, rng=RNG)  # type: ignore[arg-type]
    for target in range(world.n_items):
        others = np.arange(world.n_items) != target
        left = x[:, others].T @ x[:, others] + 3 * np.eye(others.sum())
        expected = np.linalg.solve(left, x[:, others].T @ x[:, target])
        np.testing.assert_allclose(model.coefficients(target)[others], expected, atol=1e-6)
        assert model.coefficients(target)[target] == 0


def test_weights_count_only_when_asked() -> None:
    world = worlds.noisy()
    louder = world.with_interactions(
        world.interactions.with_columns(world.interactions["weight"] * 2)
    )
    binary, weighted = Ease().fit(world, rng=RNG), Ease(weighting="weight").fit(world, rng=RNG)
    np.testing.assert_array_equal(binary.score(world.histories), binary.score(louder.histories))
    np.testing.assert_allclose(
        weighted.score(louder.histories), 2 * weighted.score(world.histories), rtol=1e-6
    )


@pytest.mark.parametrize("value", [0, -1])
def test_refuses_regularization_outside_its_range(value: float) -> None:
    with pytest.raises(OptionError, match="a number above 0"):
        Ease(regularization=value).fit(worlds.noisy(), rng=RNG)


def test_refuses_too_little_regularization_for_items_that_are_alike() -> None:
    alike = worlds.dataset_from(np.ones((4, 2)))
    with pytest.raises(OptionError, match="give a larger one"):
        Ease(regularization=1e-30).fit(alike, rng=RNG)


def test_refuses_a_number_of_directions_below_zero() -> None:
    with pytest.raises(OptionError, match="directions -1; give a number from 1"):
        Ease(directions=-1).fit(worlds.noisy(), rng=RNG)
