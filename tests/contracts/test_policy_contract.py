"""What every policy promises, whatever it chooses."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.errors import OptionError
from engine.policies.base import Slates, join_slates
from engine.policies.registry import POLICIES, make_policy
from engine.ranking import top_n

STOCHASTIC = [name for name in POLICIES if make_policy(name).stochastic]
DETERMINISTIC = [name for name in POLICIES if name not in STOCHASTIC]

every_policy = pytest.mark.parametrize("name", POLICIES)
stochastic = pytest.mark.parametrize("name", STOCHASTIC)


@dataclass(frozen=True)
class Request:
    """One call of `choose`."""

    scores: np.ndarray
    eligible: np.ndarray
    n: int
    rate: float
    seed: int

    def choose(self, name: str, *, rate: float | None = None) -> Slates:
        rate = self.rate if rate is None else rate
        policy = make_policy(name)
        return policy.choose(
            self.scores,
            self.eligible,
            n=self.n,
            rate=rate if policy.stochastic else 0,
            rng=np.random.default_rng(self.seed),
        )


@st.composite
def requests(draw: st.DrawFn) -> Request:
    """Small batches with ties, and rows with few or no eligible items."""
    rows, items = draw(st.integers(1, 4)), draw(st.integers(1, 7))
    rng = np.random.default_rng(draw(st.integers(0, 2**32)))
    return Request(
        scores=rng.integers(0, 4, size=(rows, items)).astype(np.float32),
        eligible=rng.random((rows, items)) < draw(st.sampled_from([0.0, 0.4, 0.8, 1.0])),
        n=draw(st.integers(1, items)),
        rate=draw(st.sampled_from([0.0, 0.1, 0.5, 0.9, 1.0])),
        seed=draw(st.integers(0, 2**32)),
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


@every_policy
@given(request=requests(), cut=st.integers(0, 4))
def test_two_batches_in_turn_draw_what_one_draws(name: str, request: Request, cut: int) -> None:
    policy, rng = make_policy(name), np.random.default_rng(request.seed)
    rate = request.rate if policy.stochastic else 0
    parts = [
        policy.choose(request.scores[rows], request.eligible[rows], n=request.n, rate=rate, rng=rng)
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


@stochastic
@given(request=requests(), more=st.floats(0, 1))
def test_a_larger_rate_first_differs_by_exploring(name: str, request: Request, more: float) -> None:
    higher = request.rate + more * (1 - request.rate)
    for before, after in slots(name, request, higher=higher):
        assert not before
        assert after


@stochastic
def test_places_explored_at_a_rate_are_explored_at_a_larger_one(name: str) -> None:
    # In a large catalogue the random item is never by chance the best one left.
    scores = np.random.default_rng(2).random((300, 3000)).astype(np.float32)
    request = Request(scores, np.ones(scores.shape, dtype=bool), 8, 0.1, 9)
    explored = [request.choose(name, rate=rate).explored for rate in (0, 0.1, 0.3, 0.6, 1)]
    assert not explored[0].any()
    assert explored[-1].all()
    for smaller, larger in zip(explored, explored[1:], strict=False):
        assert (larger | ~smaller).all()
        assert larger.sum() > smaller.sum()


@stochastic
@pytest.mark.parametrize("rate", [0.3, 1.0])
@pytest.mark.parametrize(("items", "n"), [(3, 2), (4, 3)])
def test_lists_appear_as_often_as_their_propensities_say(
    name: str, rate: float, items: int, n: int
) -> None:
    draws = 200_000
    scores = np.tile(np.arange(items, 0, -1, dtype=np.float32), (draws, 1))
    slates = Request(scores, np.ones(scores.shape, dtype=bool), n, rate, 4).choose(name)
    lists, where, counts = np.unique(slates.items, axis=0, return_index=True, return_counts=True)
    chance = slates.propensities.prod(axis=1)[where]
    assert len(lists) == np.prod(np.arange(items, items - n, -1))
    assert chance.sum() == pytest.approx(1, abs=1e-12)
    spread = np.sqrt(chance * (1 - chance) / draws)
    assert (np.abs(counts / draws - chance) < 4 * spread).all()


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
        make_policy(name).choose(
            np.ones((1, 3)), everything, n=1, rate=rate, rng=np.random.default_rng(0)
        )


@every_policy
@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_refuses_scores_that_are_not_finite(name: str, bad: float) -> None:
    scores = np.array([[1.0, bad, 0.0]])
    with pytest.raises(OptionError, match="not finite"):
        Request(scores, np.ones((1, 3), dtype=bool), 1, 0, 0).choose(name)


@pytest.mark.parametrize("name", DETERMINISTIC)
def test_a_policy_that_never_explores_refuses_a_rate(name: str) -> None:
    with pytest.raises(OptionError, match="does not explore"):
        make_policy(name).choose(
            np.ones((1, 3)),
            np.ones((1, 3), dtype=bool),
            n=1,
            rate=0.1,
            rng=np.random.default_rng(0),
        )
