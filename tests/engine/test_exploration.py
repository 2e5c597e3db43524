"""What a run's exploration rate achieved, over people and over blocks."""

import numpy as np
import pytest

from engine import recommend as lists
from engine.config import RunConfig
from engine.exploration import measure_exploration, recommend_and_measure
from engine.policies.achieved import average_out
from engine.policies.context import PolicyContext
from engine.policies.registry import POLICIES, make_policy
from engine.policies.uncertainty import Uncertainty
from tests import worlds


def test_a_run_gives_its_lists_and_what_its_rate_achieved() -> None:
    world = worlds.noisy()
    config = RunConfig("noisy", "item-knn", policy="plackett-luce", rate=0.3, n=4)
    table, achieved = recommend_and_measure(config, world)
    assert table.equals(lists.recommend_everyone(config, world))
    assert achieved.first_place_entropy.value == pytest.approx(0.3, abs=0.05)
    assert achieved.first_place_entropy.n == achieved.own_list_chance.n == world.n_users


def test_the_models_own_lists_leave_nothing_to_chance() -> None:
    config = RunConfig("noisy", "item-knn", policy="greedy", rate=0, n=4)
    _, achieved = recommend_and_measure(config, worlds.noisy())
    assert achieved.first_place_entropy.value == 0
    assert achieved.own_list_chance.value == 1
    assert achieved.own_list_chance.error == 0


@pytest.mark.parametrize("name", [name for name, policy in POLICIES.items() if policy.stochastic])
def test_blocks_are_measured_with_the_draws_of_their_lists(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    dataset = worlds.shop(12)
    histories = dataset.histories.take(np.arange(45) % 9)
    context = PolicyContext(dataset, worlds.shop_model(12), histories)
    monkeypatch.setattr(lists, "_CELLS", 12 * 20)
    asked = {"policy": make_policy(name, context), "rate": 0.6, "n": 1}
    slates = lists.recommend(context.model, histories, **asked, rng=np.random.default_rng(2))
    found = measure_exploration(context.model, histories, **asked, rng=np.random.default_rng(2))
    # Whoever is shown their own item is shown it with the chance that is measured.
    parts = []
    rng = np.random.default_rng(2)
    for served, block, eligible in lists.serve_blocks(asked["policy"], histories):
        scores = context.model.score(block)
        state = rng.bit_generator.state
        parts.append(served.measure(scores, eligible, n=1, rate=0.6, rng=rng).own_list_chance)
        rng.bit_generator.state = state
        served.choose(scores, eligible, n=1, rate=0.6, rng=rng)
    chance = np.concatenate(parts)
    own = ~slates.explored[:, 0] & (slates.items[:, 0] >= 0)
    np.testing.assert_allclose(chance[own], slates.propensities[own, 0], rtol=1e-12)
    assert found.own_list_chance.value == pytest.approx(np.nanmean(chance), abs=1e-12)


def test_averages_leave_out_what_is_not_known() -> None:
    nobody = average_out(Uncertainty(np.array([np.nan]), np.array([0.5])))
    assert nobody.first_place_entropy.n == 0
    assert nobody.first_place_entropy.value is None
    assert nobody.own_list_chance.value == 0.5
    assert nobody.own_list_chance.error is None
    two = average_out(Uncertainty(np.array([0.2, 0.4, np.nan]), np.ones(3))).first_place_entropy
    assert (two.n, two.value) == (2, pytest.approx(0.3))
    assert two.error == pytest.approx(0.1)
