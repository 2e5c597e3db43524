"""Rankings drawn without sorting them all, and entropies kept from one rate to the next."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.policies.context import PolicyContext
from engine.policies.mixture import draw_lists
from engine.policies.rankings import draw_rankings
from engine.policies.registry import make_policy
from engine.policies.slates import Slates
from engine.policies.width_search import WIDTHS, find_widths
from engine.ranking import top_n
from tests import worlds

PEOPLE, ITEMS = 9, 40


@given(
    seed=st.integers(0, 2**32),
    n=st.integers(1, 6),
    items=st.integers(6, 9),
    values=st.sampled_from([2, 5, 1000]),
    share=st.sampled_from([0.3, 0.8, 1.0]),
)
def test_chances_are_those_of_all_rankings_sorted(
    seed: int, n: int, items: int, values: int, share: float
) -> None:
    # Few values tie often; few eligible items leave short lists.
    rng = np.random.default_rng(seed)
    rows, particles = 5, 8
    totals = rng.integers(0, values, size=(rows, particles, items)).astype(np.float32)
    totals[:, rng.random(particles) < 0.5] = totals[:, :1]
    eligible = rng.random((rows, items)) < share
    drawn = rng.integers(0, particles, size=rows)
    flat = totals.reshape(-1, items)
    lists = top_n(flat, np.repeat(eligible, particles, axis=0), n=n).reshape(rows, particles, n)
    expected, chances = draw_lists(
        lists, np.full(particles, 1 / particles), luck=(drawn + 0.5) / particles
    )
    masked = np.where(eligible[:, None], totals, -np.inf)
    found, given_chances = draw_rankings(masked, drawn, n=n)
    np.testing.assert_array_equal(found, expected)
    shown = expected >= 0
    np.testing.assert_array_equal(given_chances[shown], chances[shown])


def choose(name: str, context: PolicyContext, scores: np.ndarray, rate: float) -> Slates:
    eligible = np.ones(scores.shape, dtype=bool)
    return make_policy(name, context).choose(
        scores, eligible, n=4, rate=rate, rng=np.random.default_rng(5)
    )


@pytest.mark.parametrize(
    "name", ["beta-thompson", "linear-thompson", "linucb", "neural-linear-ucb"]
)
def test_what_one_rate_worked_out_changes_nothing_for_the_next(name: str) -> None:
    shared = worlds.policy_context(PEOPLE, ITEMS)
    rng = np.random.default_rng(3)
    first, second = rng.normal(size=(2, PEOPLE, ITEMS)).astype(np.float32)
    for scores, rate in ((first, 0.5), (first, 0.2), (second, 0.2), (first, 0.8), (first, 1)):
        found = choose(name, shared, scores, rate)
        fresh = choose(name, worlds.policy_context(PEOPLE, ITEMS), scores, rate)
        np.testing.assert_array_equal(found.items, fresh.items)
        np.testing.assert_array_equal(found.propensities, fresh.propensities)


def test_what_is_known_is_not_worked_out_again() -> None:
    known = np.full((3, len(WIDTHS)), np.nan)
    asked = []

    def entropy(rows: np.ndarray, widths: np.ndarray) -> np.ndarray:
        asked.append(len(rows))
        return np.log1p(widths) * (1 + rows)

    first = find_widths(known, entropy, rate=0.3)
    calls = len(asked)
    assert calls == 7
    assert find_widths(known, entropy, rate=0.3).tolist() == first.tolist()
    assert len(asked) == calls
    find_widths(known, entropy, rate=0.31)
    assert sum(asked[calls:]) < 9


def test_widths_have_the_share_of_the_largest_entropy() -> None:
    known = np.full((1, len(WIDTHS)), np.nan)
    place = find_widths(known, lambda rows, widths: np.log1p(widths), rate=0.5)
    step = WIDTHS[1] / WIDTHS[0]
    assert np.log1p(WIDTHS[place[0]]) == pytest.approx(np.log1p(100) / 2, rel=step - 1)
