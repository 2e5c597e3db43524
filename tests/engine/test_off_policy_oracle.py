"""Estimators against the truth: every list enumerated, expectations exact to 1e-12."""

from itertools import permutations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.off_policy.cascade import cascade_doubly_robust, rips
from engine.off_policy.doubly_robust import doubly_robust
from engine.off_policy.importance import ips
from engine.off_policy.independent import iips
from engine.off_policy.list_importance import sips
from engine.off_policy.pseudo_inverse import independent_list_weights, list_weights, pi
from engine.off_policy.terms import Terms

EXACT = 1e-12
worlds = st.tuples(st.integers(3, 6), st.integers(1, 3), st.integers(0, 2**32))


class Policy:
    """Plackett-Luce over all lists of k of n items: chances of lists, and place by place."""

    def __init__(self, lists: np.ndarray, odds: np.ndarray) -> None:
        of_items = odds[lists]
        self.steps = of_items / (odds.sum() - (np.cumsum(of_items, axis=1) - of_items))
        self.chances = self.steps.prod(axis=1)
        marginal = np.zeros((lists.shape[1], len(odds)))
        for place in range(lists.shape[1]):
            np.add.at(marginal[place], lists[:, place], self.chances)
        self.marginals = marginal[np.arange(lists.shape[1]), lists]
        self.odds = odds


class World:
    """All lists, a logging policy, a target, and tables to make rewards of."""

    def __init__(self, n: int, k: int, seed: int) -> None:
        self.rng = np.random.default_rng(seed)
        self.n, self.k = n, k
        self.lists = np.array(list(permutations(range(n), k)))
        self.logging = Policy(self.lists, self.rng.uniform(0.2, 1, n))
        self.target = Policy(self.lists, self.rng.uniform(0, 1, n))
        self.weights = self.target.steps / self.logging.steps
        self.marginal_weights = self.target.marginals / self.logging.marginals

    def own(self) -> np.ndarray:
        """Rewards that hang on item and place alone."""
        table = self.rng.uniform(0, 1, (self.k, self.n))
        return table[np.arange(self.k), self.lists]

    def cascading(self) -> np.ndarray:
        """Rewards that also hang on what stands above."""
        pairs = self.rng.uniform(-1, 1, (self.n, self.n))
        rewards = self.own()
        for place in range(self.k):
            for above in range(place):
                rewards[:, place] += pairs[self.lists[:, above], self.lists[:, place]]
        return rewards

    def interacting(self) -> np.ndarray:
        """Rewards with no structure: each list has its own."""
        return self.rng.uniform(0, 1, self.lists.shape)

    def error(self, terms: Terms, rewards: np.ndarray) -> float:
        """Expectation under the logging policy, minus what the target earns."""
        assert (terms.denominators == 1).all()
        expectation = self.logging.chances @ terms.numerators.sum(axis=1)
        return abs(expectation - self.target.chances @ rewards.sum(axis=1))

    def predictions(self) -> tuple[np.ndarray, np.ndarray]:
        """Any foretelling of a place from its item and those above, and its mean under target."""
        predicted, expected = np.zeros(self.lists.shape), np.zeros(self.lists.shape)
        for place in range(self.k):
            heads = {tuple(row[: place + 1]) for row in self.lists}
            guess = {head: self.rng.normal() for head in heads}
            for row, items in enumerate(self.lists):
                above = tuple(items[:place])
                odds = {a: self.target.odds[a] for a in range(self.n) if a not in above}
                predicted[row, place] = guess[*above, items[place]]
                mean = sum(odds[a] * guess[*above, a] for a in odds)
                expected[row, place] = mean / sum(odds.values())
        return predicted, expected


@given(worlds)
def test_whole_list_weights_hold_for_any_rewards(world: tuple[int, int, int]) -> None:
    w = World(*world)
    rewards = w.interacting()
    assert w.error(sips(rewards, w.weights), rewards) < EXACT


@given(worlds)
def test_cascade_weights_hold_under_a_cascade(world: tuple[int, int, int]) -> None:
    w = World(*world)
    rewards = w.cascading()
    predicted, expected = w.predictions()
    assert w.error(rips(rewards, w.weights), rewards) < EXACT
    corrected = cascade_doubly_robust(rewards, w.weights, predicted=predicted, expected=expected)
    assert w.error(corrected, rewards) < EXACT


@given(worlds)
def test_marginal_weights_hold_where_places_earn_alone(world: tuple[int, int, int]) -> None:
    w = World(*world)
    rewards = w.own()
    assert w.error(iips(rewards, w.marginal_weights), rewards) < EXACT


@given(worlds)
def test_pseudo_inverse_holds_where_rewards_add_up(world: tuple[int, int, int]) -> None:
    w = World(*world)
    rewards = w.own()
    whole = list_weights(w.lists, w.logging.chances, w.target.chances, n_actions=w.n)
    assert w.error(pi(rewards, whole), rewards) < EXACT


def test_pseudo_inverse_has_a_closed_form_where_places_are_independent() -> None:
    n, k = 4, 3
    rng = np.random.default_rng(3)
    lists = np.stack(np.meshgrid(*[range(n)] * k, indexing="ij"), axis=-1).reshape(-1, k)
    logging, target = rng.dirichlet(np.ones(n), (2, k))
    places = np.arange(k)
    marginal = target[places, lists] / logging[places, lists]
    chances = [odds[places, lists].prod(axis=1) for odds in (logging, target)]
    general = list_weights(lists, *chances, n_actions=n)
    np.testing.assert_allclose(general, independent_list_weights(marginal), atol=1e-10)


@given(st.integers(2, 6), st.integers(0, 2**32))
def test_single_choices_hold_for_any_reward_model(n: int, seed: int) -> None:
    w = World(max(n, 3), 1, seed)
    rewards, weights = w.own(), w.weights[:, 0]
    guess = w.rng.normal(size=len(w.lists))
    expected = np.full(len(guess), w.target.chances @ guess)
    assert w.error(ips(rewards[:, 0], weights), rewards) < EXACT
    corrected = doubly_robust(rewards[:, 0], weights, predicted=guess, expected=expected)
    assert w.error(corrected, rewards) < EXACT


def test_an_exact_reward_model_mends_wrong_propensities() -> None:
    w = World(5, 1, 8)
    rewards, wrong = w.own(), w.rng.uniform(0, 3, len(w.lists))
    exact = rewards[:, 0]
    expected = np.full(len(exact), w.target.chances @ exact)
    assert w.error(ips(exact, wrong), rewards) > 0.01
    corrected = doubly_robust(exact, wrong, predicted=exact, expected=expected)
    assert w.error(corrected, rewards) < EXACT


@pytest.mark.parametrize("seed", range(5))
def test_estimators_are_off_where_their_assumption_fails(seed: int) -> None:
    w = World(5, 3, seed)
    rewards = w.interacting()
    whole = list_weights(w.lists, w.logging.chances, w.target.chances, n_actions=w.n)
    assert w.error(iips(rewards, w.marginal_weights), rewards) > 1e-4
    assert w.error(rips(rewards, w.weights), rewards) > 1e-4
    assert w.error(pi(rewards, whole), rewards) > 1e-4
    cascading = w.cascading()
    assert w.error(iips(cascading, w.marginal_weights), cascading) > 1e-4


def test_whole_list_weights_are_off_when_one_list_loses_support() -> None:
    w = World(4, 2, 5)
    rewards = w.interacting()
    never = w.lists.tolist().index([0, 1])
    kept = np.arange(len(w.lists)) != never
    chances = np.where(kept, w.logging.chances, 0)
    chances /= chances.sum()
    joint = np.where(kept, w.target.chances / np.where(kept, chances, 1), 0)
    terms = sips(rewards, np.stack([joint, np.ones_like(joint)], axis=1))
    estimate = chances @ terms.numerators[:, 0]
    lost = w.target.chances[never] * rewards[never].sum()
    assert lost > 0.001
    assert estimate == pytest.approx(w.target.chances @ rewards.sum(axis=1) - lost, abs=EXACT)
