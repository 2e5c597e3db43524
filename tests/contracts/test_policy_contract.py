"""What every policy promises, whatever it chooses."""

from collections.abc import Iterator

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.errors import OptionError, TableError
from engine.policies.registry import POLICIES, make_policy
from engine.policies.slates import Slates, join_slates
from engine.ranking import top_n
from tests import worlds
from tests.policy_requests import (
    DETERMINISTIC,
    EXPLORING,
    FEW_LISTS,
    FULL_SUPPORT,
    Request,
    every_policy,
    exploring,
    per_place,
    policy_for,
    requests,
    stochastic,
)


def same(first: Slates, second: Slates) -> bool:
    return all(
        np.array_equal(getattr(first, part), getattr(second, part), equal_nan=True)
        for part in ("items", "scores", "propensities", "explored")
    )


@every_policy
@given(request=requests())
def test_lists_hold_eligible_items_once_and_pads_at_the_end(name: str, request: Request) -> None:
    slates = request.choose(name)
    for row, items in enumerate(slates.items):
        count = min(request.n, request.eligible[row].sum())
        shown = items[:count]
        assert len(set(shown.tolist())) == count
        assert request.eligible[row, shown].all()
        assert (items[count:] == -1).all()
        np.testing.assert_array_equal(slates.scores[row, :count], request.scores[row, shown])
        assert np.isnan(slates.scores[row, count:]).all()
        assert np.isnan(slates.propensities[row, count:]).all()
        assert not slates.explored[row, count:].any()


@every_policy
@given(request=requests())
def test_propensities_are_above_0_and_at_most_1(name: str, request: Request) -> None:
    slates = request.choose(name)
    shown = slates.propensities[slates.items >= 0]
    assert ((shown > 0) & (shown <= 1)).all()


@every_policy
@given(request=requests())
def test_explored_means_not_the_best_one_left(name: str, request: Request) -> None:
    slates = request.choose(name)
    for row, items in enumerate(slates.items):
        left = request.eligible[row].copy()
        for place, item in enumerate(items[items >= 0]):
            best = top_n(request.scores[[row]], left[None], n=1)[0, 0]
            assert slates.explored[row, place] == (item != best)
            left[item] = False


@every_policy
@given(request=requests())
def test_rate_0_is_the_models_own_list(name: str, request: Request) -> None:
    slates = request.choose(name, rate=0)
    own = top_n(request.scores, request.eligible, n=request.n)
    np.testing.assert_array_equal(slates.items, own)
    assert (slates.propensities[own >= 0] == 1).all()


@every_policy
@given(request=requests())
def test_the_same_seed_gives_the_same_lists(name: str, request: Request) -> None:
    assert same(request.choose(name), request.choose(name))


@every_policy
@given(request=requests())
def test_rows_further_down_do_not_matter(name: str, request: Request) -> None:
    above = Request(
        request.scores[:-1], request.eligible[:-1], request.n, request.rate, request.seed
    )
    part = above.choose(name)
    np.testing.assert_array_equal(request.choose(name).items[:-1], part.items)


@pytest.mark.parametrize("name", [name for name, policy in POLICIES.items() if policy.draws_by_row])
@given(request=requests(), cut=st.integers(0, 4))
def test_two_batches_in_turn_draw_what_one_draws(name: str, request: Request, cut: int) -> None:
    policy = policy_for(name, request.scores, alike=request.alike)
    rng = np.random.default_rng(request.seed)
    rate = request.rate if policy.takes_rate else 0
    people = np.arange(len(request.scores))
    parts = [
        policy.for_people(policy.context.histories.take(people[rows])).choose(
            request.scores[rows], request.eligible[rows], n=request.n, rate=rate, rng=rng
        )
        for rows in (slice(None, cut), slice(cut, None))
    ]
    assert same(join_slates(parts), request.choose(name))


def slots(name: str, request: Request, *, higher: float) -> Iterator[tuple[bool, bool]]:
    """Whether either list explored, at the first place where a row's two lists differ."""
    low, high = request.choose(name), request.choose(name, rate=higher)
    for row in range(len(low.items)):
        differs = np.flatnonzero(low.items[row] != high.items[row])
        if len(differs):
            yield low.explored[row, differs[0]], high.explored[row, differs[0]]


@per_place
@given(request=requests(), more=st.floats(0, 1))
def test_a_larger_rate_first_differs_by_exploring(name: str, request: Request, more: float) -> None:
    higher = request.rate + more * (1 - request.rate)
    for before, after in slots(name, request, higher=higher):
        assert not before
        assert after


@per_place
def test_places_explored_at_a_rate_are_explored_at_a_larger_one(name: str) -> None:
    # In a large catalogue the random item is hardly ever by chance the best one left.
    scores = np.random.default_rng(2).random((300, 3000)).astype(np.float32)
    request = Request(scores, np.ones(scores.shape, dtype=bool), 8, 0.1, 9)
    explored = [request.choose(name, rate=rate).explored for rate in (0, 0.1, 0.3, 0.6, 1)]
    assert not explored[0].any()
    assert explored[-1].mean() > 0.998
    for smaller, larger in zip(explored, explored[1:], strict=False):
        assert (larger | ~smaller).all()
        assert larger.sum() > smaller.sum()


@exploring
def test_more_is_explored_on_average_at_a_larger_rate(name: str) -> None:
    scores = np.random.default_rng(5).normal(size=(400, 60)).astype(np.float32)
    request = Request(scores, np.ones(scores.shape, dtype=bool), 6, 0, 3)
    shares = [request.choose(name, rate=rate).explored.mean() for rate in (0, 0.2, 0.5, 0.8, 1)]
    # Exposure and targets of groups may be met already at a small rate.
    assert (np.diff(shares) > -0.01).all()
    assert shares[0] == 0
    assert shares[-1] > 0.01


@stochastic
def test_lists_grow_less_certain_with_the_rate(name: str) -> None:
    scores = np.random.default_rng(6).normal(size=(400, 60)).astype(np.float32)
    request = Request(scores, np.ones(scores.shape, dtype=bool), 1, 0, 3)
    first = [request.choose(name, rate=rate).propensities for rate in (0, 0.2, 0.5, 0.8, 1)]
    surprise = [-np.log(chance).mean() for chance in first]
    if name == "group-exposure":
        # At rate 1 it draws between groups alone, with less surprise than a half-half mixture.
        surprise = surprise[:3]
    assert (np.diff(surprise) > 0).all()


@stochastic
@pytest.mark.parametrize("rate", [0.6, 1.0])
@pytest.mark.parametrize(("items", "n"), [(3, 2), (4, 3)])
def test_lists_appear_as_often_as_their_propensities_say(
    name: str, rate: float, items: int, n: int
) -> None:
    draws = 200_000 if name not in FEW_LISTS else 20_000
    scores = np.tile(np.arange(items, 0, -1, dtype=np.float32), (draws, 1))
    eligible = np.ones(scores.shape, dtype=bool)
    slates = Request(scores, eligible, n, rate, 4, alike=True).choose(name)
    lists, where, counts = np.unique(slates.items, axis=0, return_index=True, return_counts=True)
    chance = slates.propensities.prod(axis=1)[where]
    if name in FULL_SUPPORT:
        assert len(lists) == np.prod(np.arange(items, items - n, -1))
    assert chance.sum() == pytest.approx(1, abs=1e-12)
    spread = np.sqrt(chance * (1 - chance) / draws)
    assert (np.abs(counts / draws - chance) <= 4 * spread + 1e-12).all()


@stochastic
@pytest.mark.parametrize("rate", [0.2, 0.7])
def test_chances_of_a_place_sum_to_1_over_what_is_left(name: str, rate: float) -> None:
    scores = np.tile(np.random.default_rng(8).normal(size=5).astype(np.float32), (20_000, 1))
    eligible = np.tile(np.array([True, True, False, True, True]), (20_000, 1))
    slates = Request(scores, eligible, 3, rate, 6, alike=True).choose(name)
    for place in range(3):
        begun = np.unique(slates.items[:, :place], axis=0)
        for beginning in begun:
            alike = (slates.items[:, :place] == beginning).all(axis=1)
            _, where = np.unique(slates.items[alike, place], return_index=True)
            total = slates.propensities[alike, place][where].sum()
            assert total <= 1 + 1e-12
            # A rare beginning need not have shown all that can follow it.
            if alike.sum() > 2000:
                assert total == pytest.approx(1, abs=1e-12 if name in FEW_LISTS else 1e-9)


@per_place
def test_chance_is_spread_over_places_and_not_over_people(name: str) -> None:
    people, n, rate = 20_000, 4, 0.1
    scores = np.tile(np.arange(300, 0, -1, dtype=np.float32), (people, 1))
    slates = Request(scores, np.ones(scores.shape, dtype=bool), n, rate, 1).choose(name)
    touched = slates.explored.sum(axis=1)
    for count, chance in enumerate([0.6561, 0.2916, 0.0486, 0.0036, 0.0001]):
        # An open item may by chance be the best one left.
        spread = 5 * np.sqrt(chance / people) + 0.02 * (count < 2)
        assert abs((touched == count).mean() - chance) < spread


@pytest.mark.parametrize("name", DETERMINISTIC)
@given(request=requests())
def test_nothing_is_left_to_chance_by_a_deterministic_policy(name: str, request: Request) -> None:
    slates = request.choose(name)
    assert (slates.propensities[slates.items >= 0] == 1).all()
    other = Request(request.scores, request.eligible, request.n, request.rate, request.seed + 1)
    assert same(slates, other.choose(name))


@every_policy
def test_what_a_rate_means_is_said_for_every_rate(name: str) -> None:
    policy = POLICIES[name]
    rates = (0.0, 0.2, 1.0) if policy.takes_rate else (0.0,)
    said = [str(policy.meaning(rate, 10)) for rate in rates]
    assert len(set(said)) == len(rates)
    assert all("{" not in sentence for sentence in said)
    with pytest.raises(OptionError):
        policy.meaning(1.5, 10)


@every_policy
def test_refuses_scores_of_other_people(name: str) -> None:
    policy = make_policy(name, worlds.policy_context(2, 3))
    with pytest.raises(TableError, match="made for 2 people and 3 items"):
        policy.choose(
            np.ones((3, 3)),
            np.ones((3, 3), dtype=bool),
            n=1,
            rate=0,
            rng=np.random.default_rng(0),
        )


def test_a_deterministic_policy_may_take_a_rate() -> None:
    assert {"mmr", "fa-ir", "linucb", "calibration"} <= set(DETERMINISTIC) & set(EXPLORING)
    assert "greedy" not in EXPLORING


@every_policy
@pytest.mark.parametrize("n", [0, 4])
def test_refuses_a_length_outside_the_catalogue(name: str, n: int) -> None:
    with pytest.raises(OptionError, match="from 1 to 3"):
        Request(np.ones((1, 3)), np.ones((1, 3), dtype=bool), n, 0, 0).choose(name)


@every_policy
@pytest.mark.parametrize("rate", [-0.1, 1.1, float("nan")])
def test_refuses_a_rate_outside_0_to_1(name: str, rate: float) -> None:
    everything = np.ones((1, 3), dtype=bool)
    with pytest.raises(OptionError, match="from 0 to 1"):
        policy_for(name, everything).choose(
            np.ones((1, 3)), everything, n=1, rate=rate, rng=np.random.default_rng(0)
        )


@every_policy
@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_refuses_scores_that_are_not_finite(name: str, bad: float) -> None:
    scores = np.array([[1.0, bad, 0.0]])
    with pytest.raises(OptionError, match="not finite"):
        Request(scores, np.ones((1, 3), dtype=bool), 1, 0, 0).choose(name)


@pytest.mark.parametrize("name", [name for name in POLICIES if name not in EXPLORING])
def test_a_policy_that_never_explores_refuses_a_rate(name: str) -> None:
    with pytest.raises(OptionError, match="does not explore"):
        policy_for(name, np.ones((1, 3))).choose(
            np.ones((1, 3)),
            np.ones((1, 3), dtype=bool),
            n=1,
            rate=0.1,
            rng=np.random.default_rng(0),
        )
