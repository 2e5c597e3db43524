"""Plackett-Luce against its formula, and the sharpness against the entropy asked for."""

from itertools import permutations

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from engine.policies.plackett_luce import place_chances
from engine.policies.registry import make_policy
from engine.policies.sharpness import find_sharpness, first_place_entropy
from engine.policies.slates import Slates
from tests import worlds

THREE = np.array([[1.0, 0.0, -1.0]])
GOLDEN_RATE = 0.757679
GOLDEN_LISTS = {
    (0, 1): 0.486330,
    (0, 2): 0.178911,
    (1, 0): 0.215556,
    (1, 2): 0.029172,
    (2, 0): 0.065818,
    (2, 1): 0.024213,
}


def everything(scores: np.ndarray) -> np.ndarray:
    return np.ones(scores.shape, dtype=bool)


def plackett_luce(scores: np.ndarray, *, n: int, rate: float, seed: int = 0) -> Slates:
    policy = make_policy("plackett-luce", worlds.policy_context(*scores.shape))
    rng = np.random.default_rng(seed)
    return policy.choose(scores, everything(scores), n=n, rate=rate, rng=rng)


def test_the_golden_rate_has_temperature_1() -> None:
    sharpness = find_sharpness(THREE, everything(THREE), rate=GOLDEN_RATE)
    assert 1 / sharpness[0] == pytest.approx(1, abs=1e-5)


def test_the_golden_lists_of_two_out_of_three() -> None:
    slates = plackett_luce(np.tile(THREE, (5000, 1)), n=2, rate=GOLDEN_RATE)
    lists, where = np.unique(slates.items, axis=0, return_index=True)
    chances = slates.propensities.prod(axis=1)[where]
    found = dict(zip(map(tuple, lists.tolist()), chances, strict=True))
    assert found == pytest.approx(GOLDEN_LISTS, abs=2e-6)


@given(seed=st.integers(0, 2**32), sharpness=st.sampled_from([0.0, 0.5, 30.0, 2000.0]))
def test_chances_of_all_lists_sum_to_1(seed: int, sharpness: float) -> None:
    logits = sharpness * np.random.default_rng(seed).normal(size=(1, 5))
    eligible = np.array([[True, True, False, True, True]])
    lists = np.array(list(permutations([0, 1, 3, 4], 3)), dtype=np.int32)
    chances = place_chances(
        lists, np.repeat(logits, len(lists), axis=0), np.repeat(eligible, len(lists), axis=0)
    )
    assert chances.prod(axis=1).sum() == pytest.approx(1, abs=1e-12)
    for first in (0, 1, 3, 4):
        begun = lists[:, 0] == first
        second = {item: chances[begun & (lists[:, 1] == item), 1][0] for item in lists[begun, 1]}
        assert sum(second.values()) == pytest.approx(1, abs=1e-12)


def test_a_place_below_a_certain_one_keeps_its_digits() -> None:
    logits = np.array([[5000.0, 1.0, 0.0]])
    chances = place_chances(np.array([[0, 1, 2]], dtype=np.int32), logits, logits < 1e9)
    expected = [1, 1 / (1 + np.exp(-1)), 1]
    np.testing.assert_allclose(chances[0], expected, rtol=1e-14)


@given(
    seed=st.integers(0, 2**32),
    rate=st.floats(0.01, 0.99),
    scale=st.sampled_from([1e-6, 1.0, 1e6]),
    kind=st.sampled_from([np.float32, np.float64]),
)
@example(seed=23818, rate=0.19921875, scale=1e-06, kind=np.float32)
def test_the_first_place_has_the_entropy_asked_for(
    seed: int, rate: float, scale: float, kind: type
) -> None:
    rng = np.random.default_rng(seed)
    scores = (scale * rng.normal(size=(4, 40)) ** 3).astype(kind)
    eligible = rng.random(scores.shape) < 0.8
    sharpness = find_sharpness(scores, eligible, rate=rate)
    found = first_place_entropy(scores, eligible, sharpness)
    np.testing.assert_allclose(found, rate, atol=2e-5 if kind is np.float32 else 1e-9)


def test_ties_at_the_top_set_a_floor() -> None:
    scores = np.array([[2.0, 2.0, 1.0, 0.0]])
    sharpness = find_sharpness(scores, everything(scores), rate=0.1)
    assert first_place_entropy(scores, everything(scores), sharpness)[0] == pytest.approx(0.5)
    slates = plackett_luce(np.tile(scores, (200, 1)), n=2, rate=0.1)
    assert (np.sort(slates.items, axis=1) == [0, 1]).all()
    np.testing.assert_allclose(slates.propensities[:, 0], 0.5)


def test_equal_scores_are_drawn_evenly_at_every_rate() -> None:
    slates = plackett_luce(np.zeros((3, 4)), n=2, rate=0.05)
    np.testing.assert_allclose(slates.propensities, [[1 / 4, 1 / 3]] * 3)


def test_a_person_with_one_item_left_is_shown_it() -> None:
    scores = np.array([[3.0, 2.0, 1.0]])
    policy = make_policy("plackett-luce", worlds.policy_context(1, 3))
    eligible = np.array([[False, True, False]])
    slates = policy.choose(scores, eligible, n=2, rate=0.5, rng=np.random.default_rng(0))
    assert slates.items.tolist() == [[1, -1]]
    assert slates.propensities[0, 0] == 1


def test_chance_is_drawn_for_each_place() -> None:
    # Were it drawn once a list, wholly explored lists would be as common as explored first places.
    scores = np.tile(np.linspace(1, 0, 50, dtype=np.float32) ** 4, (5000, 1))
    slates = plackett_luce(scores, n=6, rate=0.1)
    first = slates.explored[:, 0].mean()
    assert 0.02 < first < 0.3
    assert slates.explored.all(axis=1).mean() < first / 5
