"""What every policy says of the chance in its lists, and how chance is spread over them."""

import numpy as np
import pytest
from hypothesis import given

from engine.ranking import top_n
from tests.policy_requests import (
    DETERMINISTIC,
    PER_SLOT,
    Request,
    every_policy,
    requests,
    stochastic,
)


@pytest.mark.parametrize("name", PER_SLOT)
@pytest.mark.parametrize("rate", [0.1, 0.3])
def test_a_list_is_wholly_explored_no_more_often_than_chance_allows(name: str, rate: float) -> None:
    # Were it drawn once a list, as many would be wholly explored as are at all.
    people, n = 20_000, 3
    scores = np.tile(np.linspace(1, 0, 200, dtype=np.float32) ** 4, (people, 1))
    slates = Request(scores, np.ones(scores.shape, dtype=bool), n, rate, 1).choose(name)
    first = slates.explored[:, 0].mean()
    assert first > 0.02
    # What is left below an explored place makes the best one left no less likely.
    most = first**n
    wholly = slates.explored.all(axis=1).mean()
    assert wholly <= most + 5 * np.sqrt(most / people)


@every_policy
@given(request=requests())
def test_measures_are_shares_and_agree_with_the_lists_chances(name: str, request: Request) -> None:
    measured, slates = request.measure(name), request.choose(name)
    count = request.eligible.sum(axis=1)
    entropy, own_chance = measured.first_place_entropy, measured.own_list_chance
    assert (np.isnan(entropy) == (count < 2)).all()
    assert (np.isnan(own_chance) == (count < 1)).all()
    assert ((entropy >= 0) & (entropy <= 1 + 1e-12))[count > 1].all()
    assert ((own_chance >= 0) & (own_chance <= 1 + 1e-12))[count > 0].all()
    own = top_n(request.scores, request.eligible, n=request.n)
    alike = (slates.items == own).all(axis=1) & (count > 0)
    chance = np.where(own >= 0, slates.propensities, 1).prod(axis=1)
    np.testing.assert_allclose(own_chance[alike], chance[alike], rtol=1e-12)
    if name in DETERMINISTIC:
        assert (own_chance[count > 0] == alike[count > 0]).all()


@every_policy
@given(request=requests())
def test_rate_0_leaves_nothing_to_chance(name: str, request: Request) -> None:
    measured = request.measure(name, rate=0)
    count = request.eligible.sum(axis=1)
    assert (measured.first_place_entropy[count > 1] == 0).all()
    assert (measured.own_list_chance[count > 0] == 1).all()


@every_policy
@pytest.mark.parametrize("rate", [0.2, 0.7])
def test_the_first_place_has_the_entropy_that_is_measured(name: str, rate: float) -> None:
    draws = 20_000
    scores = np.tile(np.random.default_rng(8).normal(size=5).astype(np.float32), (draws, 1))
    eligible = np.tile(np.array([True, True, False, True, True]), (draws, 1))
    request = Request(scores, eligible, 3, rate, 6, alike=True)
    measured, slates = request.measure(name), request.choose(name)
    _, where = np.unique(slates.items[:, 0], return_index=True)
    chance = slates.propensities[where, 0]
    assert chance.sum() == pytest.approx(1, abs=1e-9)
    expected = -(chance * np.log(chance)).sum() / np.log(4)
    np.testing.assert_allclose(measured.first_place_entropy, expected, atol=1e-9)
    own = (slates.items == top_n(scores, eligible, n=3)).all(axis=1)
    share = measured.own_list_chance[0]
    assert abs(own.mean() - share) <= 5 * np.sqrt(share * (1 - share) / draws)


@stochastic
def test_a_larger_rate_leaves_more_to_chance(name: str) -> None:
    scores = np.random.default_rng(6).normal(size=(200, 60)).astype(np.float32)
    request = Request(scores, np.ones(scores.shape, dtype=bool), 4, 0, 3)
    measured = [request.measure(name, rate=rate) for rate in (0, 0.1, 0.3, 0.5, 0.8, 1)]
    entropy = [one.first_place_entropy.mean() for one in measured]
    own = [one.own_list_chance.mean() for one in measured]
    if name == "group-exposure":
        # At rate 1 it draws between groups alone, with less surprise than a half-half mixture.
        entropy = entropy[:4]
    assert (np.diff(entropy) > 0).all()
    assert (np.diff(own) <= 1e-12).all()
    assert own[1] < 1
