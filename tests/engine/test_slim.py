"""ADMM-SLIM against the conditions its goal must meet."""

import numpy as np
import pytest

from engine.errors import OptionError
from engine.models.slim import AdmmSlim
from tests import worlds

RNG = np.random.default_rng(0)


def solved(**settings: float) -> tuple[np.ndarray, np.ndarray]:
    """Weights of a long run on the noisy world, and the slope of the smooth part there."""
    world = worlds.noisy()
    model = AdmmSlim(iterations=3000, rho=10, **settings).fit(world, rng=RNG)
    weights = model.item_weights_.toarray().astype(float)
    x = (world.histories.matrix().toarray() > 0).astype(float)
    share = x.mean(axis=0)
    l2 = model.l2 * share**model.alpha
    return weights, x.T @ (x @ weights - x) + l2[:, None] * weights


@pytest.mark.parametrize("alpha", [0.0, 0.5, 1.0])
def test_the_weights_meet_the_conditions_of_the_best_ones(alpha: float) -> None:
    weights, slope = solved(l1=0.3, l2=4, alpha=alpha)
    off = ~np.eye(len(weights), dtype=bool)
    active = off & (weights > 0)
    assert active.sum() > 50
    # Where a weight is above 0 the slope balances l1; where it is 0 no step upwards pays.
    np.testing.assert_allclose(slope[active], -0.3, atol=2e-3)
    assert (slope[off & ~active] >= -0.3 - 2e-3).all()


def test_no_item_predicts_itself_and_no_weight_is_negative() -> None:
    weights, _ = solved(l1=0.1, l2=2)
    assert (np.diag(weights) == 0).all()
    assert (weights >= 0).all()


def test_more_l1_leaves_fewer_weights() -> None:
    few, many = (np.count_nonzero(solved(l1=l1, l2=2)[0]) for l1 in (1.5, 0.1))
    assert 0 < few < many


def test_the_way_does_not_change_the_goal() -> None:
    world = worlds.noisy()
    short, long = (
        AdmmSlim(l1=0.3, l2=4, rho=rho, iterations=3000).fit(world, rng=RNG) for rho in (5, 30)
    )
    np.testing.assert_allclose(short.score(world.histories), long.score(world.histories), atol=2e-3)


@pytest.mark.parametrize(
    "settings", [{"l1": -1}, {"l2": 0}, {"alpha": -0.1}, {"rho": 0}, {"iterations": 0}]
)
def test_refuses_settings_outside_their_range(settings: dict[str, int]) -> None:
    with pytest.raises(OptionError, match="admm-slim"):
        AdmmSlim(**settings).fit(worlds.noisy(), rng=RNG)  # type: ignore[arg-type]
