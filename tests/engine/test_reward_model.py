"""The reward model: it finds what was planted, and never speaks of a log it has seen."""

from dataclasses import replace

import numpy as np
import pytest
from scipy.special import expit

from engine.off_policy.feedback import LoggedFeedback
from engine.off_policy.reward_model import fit_rewards, user_folds
from engine.off_policy.target import place_target, uniform_odds


def log_of(rewards: np.ndarray, actions: np.ndarray, contexts: np.ndarray) -> LoggedFeedback:
    n = len(rewards)
    return LoggedFeedback(
        actions=actions,
        rewards=rewards,
        propensities=np.full(n, 0.5),
        places=np.zeros(n, dtype=np.int64),
        users=np.arange(n),
        contexts=contexts,
        action_ids=("a", "b", "c"),
    )


@pytest.mark.parametrize("is_binary", [True, False])
def test_finds_the_planted_rewards(is_binary: bool) -> None:
    rng = np.random.default_rng(1)
    n = 20_000
    actions, contexts = rng.integers(0, 3, n), rng.normal(size=(n, 2))
    raw = contexts @ [1.0, -0.5] + np.array([-1.0, 0.0, 1.0])[actions]
    rewards = (rng.random(n) < expit(raw)) * 1.0 if is_binary else raw + rng.normal(size=n)
    log = log_of(rewards, actions, contexts)
    model = fit_rewards(log, np.arange(n) % 3, regularization=1.0)
    truth = expit(raw) if is_binary else raw
    assert np.abs(model.of_logged(actions) - truth).mean() < 0.03


def test_a_logs_own_reward_does_not_move_what_is_foretold_of_it() -> None:
    rng = np.random.default_rng(2)
    log = log_of(rng.normal(size=60), rng.integers(0, 3, 60), rng.normal(size=(60, 1)))
    folds = user_folds(log.users, folds=3, rng=rng)
    before = fit_rewards(log, folds, regularization=1.0).of_logged(log.actions)
    changed = log.rewards.copy()
    changed[folds == 0] += 5
    after = fit_rewards(replace(log, rewards=changed), folds, regularization=1.0)
    np.testing.assert_array_equal(after.of_logged(log.actions)[folds == 0], before[folds == 0])
    assert np.abs(after.of_logged(log.actions) - before)[folds != 0].max() > 0.1


def test_a_user_falls_into_one_fold_and_folds_are_even() -> None:
    users = np.repeat(np.arange(30), 4)
    folds = user_folds(users, folds=3, rng=np.random.default_rng(0))
    assert all(len(set(folds[users == user])) == 1 for user in range(30))
    assert np.bincount(folds).tolist() == [40, 40, 40]


def test_expectations_weigh_every_action_by_the_target(monkeypatch: pytest.MonkeyPatch) -> None:
    rng = np.random.default_rng(3)
    log = log_of(rng.random(50), rng.integers(0, 3, 50), rng.normal(size=(50, 1)))
    model = fit_rewards(log, np.arange(50) % 2, regularization=1.0)
    table = np.array([[0.2, 0.3, 0.5]])
    target = place_target("t", table, log)
    by_hand = sum(table[0, a] * model.of_logged(np.full(50, a)) for a in range(3))
    np.testing.assert_allclose(model.expected(table, target.groups), by_hand)
    monkeypatch.setattr("engine.off_policy.reward_model._CELLS", 21)
    np.testing.assert_allclose(model.expected(table, target.groups), by_hand)


def test_what_never_earned_is_foretold_next_to_nothing_and_places_may_be_missing() -> None:
    rng = np.random.default_rng(4)
    log = log_of(np.zeros(40), rng.integers(0, 3, 40), np.empty((40, 0)))
    lonely = replace(log, places=np.where(np.arange(40) == 0, 1, 0))
    model = fit_rewards(lonely, np.arange(40) % 2, regularization=1.0)
    foretold = model.expected(uniform_odds(3)[None], np.zeros(40, dtype=np.int64))
    assert ((foretold >= 0) & (foretold < 1e-3)).all()
