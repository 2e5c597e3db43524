"""Epsilon-greedy against its formula."""

import numpy as np
import pytest

from engine.errors import UnknownNameError
from engine.policies.registry import POLICIES, find_policy, make_policy
from engine.policies.slates import Slates
from tests import worlds

RNG = np.random.default_rng


def epsilon_greedy(scores: np.ndarray, *, n: int, rate: float, seed: int = 0) -> Slates:
    everything = np.ones(scores.shape, dtype=bool)
    policy = make_policy("epsilon-greedy", worlds.policy_context(*scores.shape))
    return policy.choose(scores, everything, n=n, rate=rate, rng=RNG(seed))


def test_the_six_lists_of_two_out_of_three() -> None:
    scores = np.tile(np.array([3.0, 2.0, 1.0]), (3000, 1))
    slates = epsilon_greedy(scores, n=2, rate=0.3)
    lists, where = np.unique(slates.items, axis=0, return_index=True)
    chance = slates.propensities.prod(axis=1)[where]
    assert lists.tolist() == [[0, 1], [0, 2], [1, 0], [1, 2], [2, 0], [2, 1]]
    np.testing.assert_allclose(chance, [0.68, 0.12, 0.085, 0.015, 0.085, 0.015], rtol=1e-12)


def test_only_eligible_items_share_the_chance() -> None:
    scores = np.zeros((400, 5))
    eligible = np.tile(np.array([True, False, True, False, True]), (400, 1))
    policy = make_policy("epsilon-greedy", worlds.policy_context(400, 5))
    slates = policy.choose(scores, eligible, n=4, rate=1, rng=RNG(1))
    np.testing.assert_allclose(slates.propensities[:, 0], 1 / 3)
    np.testing.assert_allclose(slates.propensities[:, 1], 1 / 2)
    np.testing.assert_allclose(slates.propensities[:, 2], 1)
    assert (slates.items[:, 3] == -1).all()


def test_the_table_has_one_row_a_shown_item() -> None:
    eligible = np.array([[True, True, True], [False, True, False]])
    slates = make_policy("greedy", worlds.policy_context(2, 3)).choose(
        np.array([[1.0, 3.0, 2.0], [1.0, 3.0, 2.0]]), eligible, n=2, rate=0, rng=RNG(0)
    )
    table = slates.to_table(["u", "v"], ["a", "b", "c"])
    assert table.rows() == [
        ("u", "b", 1, 3.0, 1.0),
        ("u", "c", 2, 2.0, 1.0),
        ("v", "b", 1, 3.0, 1.0),
    ]


def test_an_unknown_policy_is_named_beside_the_known_ones() -> None:
    with pytest.raises(UnknownNameError, match="no policy ucb.*" + ".*".join(POLICIES)):
        find_policy("ucb")
