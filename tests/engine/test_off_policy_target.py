"""Targets that leave a share of their choices to chance: still policies, and the right ones."""

from itertools import permutations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.errors import OptionError
from engine.off_policy.feedback import LoggedFeedback, LoggedLists
from engine.off_policy.target import (
    column_target,
    list_target,
    mix_lists_with_chance,
    mix_with_chance,
    place_target,
    uniform_odds,
)

RATES = st.floats(0, 1)


def every_action(n: int) -> LoggedFeedback:
    return LoggedFeedback(
        actions=np.arange(n),
        rewards=np.zeros(n),
        propensities=None,
        places=np.zeros(n, dtype=np.int64),
        users=np.arange(n),
        contexts=np.empty((n, 0)),
        action_ids=tuple("abcdef"[:n]),
    )


def every_list(n: int, k: int, *, independent: bool = False) -> LoggedLists:
    lists = np.array(list(permutations(range(n), k)))
    return LoggedLists(
        actions=lists,
        rewards=np.zeros(lists.shape),
        propensities=np.ones(lists.shape),
        users=np.arange(len(lists)),
        action_ids=tuple("abcdef"[:n]),
        independent=independent,
    )


@given(st.integers(2, 6), RATES, st.integers(0, 99))
def test_a_mixed_target_is_a_distribution_between_the_target_and_chance(n, rate, seed):
    odds = np.random.default_rng(seed).dirichlet(np.ones(n))
    target = place_target("t", odds[None], every_action(n))
    mixed = mix_with_chance(target, rate, n_actions=n)
    assert mixed.table.sum() == pytest.approx(1)
    assert mixed.chosen == pytest.approx(mixed.table[0])
    assert mixed.chosen == pytest.approx((1 - rate) * odds + rate / n)


def test_rate_0_is_the_target_and_rate_1_is_chance():
    target = column_target("t", np.array([0.7, 0.3]))
    assert mix_with_chance(target, 0.0, n_actions=2).chosen.tolist() == [0.7, 0.3]
    assert mix_with_chance(target, 1.0, n_actions=2).chosen.tolist() == [0.5, 0.5]


@given(st.integers(2, 5), st.integers(1, 3), RATES, st.integers(0, 99))
def test_chances_of_all_lists_of_a_mixed_target_add_up_to_one(n, k, rate, seed):
    lists = every_list(n, min(n, k))
    odds = np.random.default_rng(seed).dirichlet(np.ones(n))
    mixed = mix_lists_with_chance(list_target("t", lists, odds=odds), rate, lists=lists)
    assert mixed.chosen.prod(axis=1).sum() == pytest.approx(1)


def test_lists_at_rate_1_are_drawn_evenly_and_know_no_odds():
    lists = every_list(3, 2)
    target = list_target("t", lists, odds=np.array([0.6, 0.3, 0.1]))
    mixed = mix_lists_with_chance(target, 1.0, lists=lists)
    assert mixed.chosen[0] == pytest.approx([1 / 3, 1 / 2])
    assert mixed.odds is None
    assert mix_lists_with_chance(target, 0.0, lists=lists) is target


def test_independent_places_draw_among_all_and_padding_keeps_chance_one():
    lists = every_list(3, 2, independent=True)
    lists.actions[0, 1] = -1
    target = list_target("t", lists, odds=uniform_odds(3))
    mixed = mix_lists_with_chance(target, 0.5, lists=lists)
    assert mixed.chosen[1] == pytest.approx([1 / 3, 1 / 3])
    assert mixed.chosen[0, 1] == 1


@pytest.mark.parametrize("rate", [-0.1, 1.1, float("nan")])
def test_a_rate_outside_its_range_is_refused(rate):
    target = column_target("t", np.array([0.5]))
    with pytest.raises(OptionError, match="from 0 to 1"):
        mix_with_chance(target, rate, n_actions=2)
    lists = every_list(3, 2)
    with pytest.raises(OptionError, match="from 0 to 1"):
        mix_lists_with_chance(list_target("t", lists, odds=uniform_odds(3)), rate, lists=lists)
