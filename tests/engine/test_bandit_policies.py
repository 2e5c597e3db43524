"""Thompson and upper confidence bounds against their formulas."""

import numpy as np
import pytest

from engine.policies.registry import make_policy
from engine.policies.standardise import standardise
from engine.policies.thompson import PARTICLES
from engine.policies.thompson_beta import BetaThompson
from engine.policies.thompson_linear import LinearThompson
from tests import worlds

PEOPLE, ITEMS = 9, 40


def everything() -> np.ndarray:
    return np.ones((PEOPLE, ITEMS), dtype=bool)


def make_scores() -> np.ndarray:
    return np.random.default_rng(3).normal(size=(PEOPLE, ITEMS)).astype(np.float32)


def by_hand(scores: np.ndarray, width: np.ndarray, *, rate: float) -> list[int]:
    """The order of score + alpha width, with alpha from the table of rates."""
    alpha = rate / (1 - rate) * scores.std() / width.std()
    order: list[int] = np.argsort(-(scores + alpha * width), kind="stable").tolist()
    return order


@pytest.mark.parametrize("rate", [0.2, 0.7])
def test_linucb_is_its_formula(rate: float) -> None:
    context = worlds.policy_context(PEOPLE, ITEMS)
    scores = make_scores().astype(np.float64)
    chosen = make_policy("linucb", context).choose(
        scores, everything(), n=6, rate=rate, rng=np.random.default_rng(0)
    )
    x = context.embeddings
    for row in range(PEOPLE):
        known = x[context.histories.items_of(row)]
        inverse = np.linalg.inv(np.eye(x.shape[1]) + known.T @ known)
        width = np.array([np.sqrt(v @ inverse @ v) for v in x])
        assert chosen.items[row].tolist() == by_hand(scores[row], width, rate=rate)[:6]


def test_neural_linear_ucb_is_its_formula() -> None:
    context = worlds.policy_context(PEOPLE, ITEMS)
    scores = make_scores().astype(np.float64)
    chosen = make_policy("neural-linear-ucb", context).choose(
        scores, everything(), n=6, rate=0.5, rng=np.random.default_rng(0)
    )
    x, log = context.embeddings, context.dataset.histories
    means = [x[log.items_of(row)].mean(axis=0) if log.lengths[row] else None for row in range(9)]
    pairs = np.array(
        [x[item] * means[row] for row in range(9) for item in log.items_of(row)]  # type: ignore[operator]
    )
    inverse = np.linalg.inv(np.eye(x.shape[1]) + pairs.T @ pairs)
    for row, mean in enumerate(means):
        order = np.argsort(-scores[row], kind="stable").tolist()
        if mean is not None:
            width = np.array([np.sqrt((v * mean) @ inverse @ (v * mean)) for v in x])
            order = by_hand(scores[row], width, rate=0.5)
        assert chosen.items[row].tolist() == order[:6]


def test_only_eligible_items_set_the_scale() -> None:
    values = np.array([[1.0, 5.0, 1000.0], [2.0, 2.0, 7.0]])
    eligible = np.array([[True, True, False], [True, True, False]])
    z = standardise(values, eligible)
    assert z[:, :2].tolist() == [[-1.0, 1.0], [0.0, 0.0]]


@pytest.mark.parametrize("name", ["beta-thompson", "linear-thompson"])
def test_the_first_place_has_its_share_of_the_largest_entropy(name: str) -> None:
    context = worlds.policy_context(PEOPLE * 40, ITEMS)
    scores = np.random.default_rng(1).normal(size=(PEOPLE * 40, ITEMS)).astype(np.float32)
    eligible = np.ones(scores.shape, dtype=bool)

    def surprise(rate: float) -> float:
        slates = make_policy(name, context).choose(
            scores, eligible, n=1, rate=rate, rng=np.random.default_rng(4)
        )
        return float(-np.log(slates.propensities).mean())

    largest = surprise(1)
    assert largest < np.log(PARTICLES)
    for rate in (0.2, 0.5, 0.8):
        assert surprise(rate) == pytest.approx(rate * largest, rel=0.15)


@pytest.mark.parametrize("name", ["beta-thompson", "linear-thompson"])
def test_chances_are_shares_of_the_particles(name: str) -> None:
    slates = make_policy(name, worlds.policy_context(PEOPLE, ITEMS)).choose(
        make_scores(), everything(), n=4, rate=0.5, rng=np.random.default_rng(5)
    )
    counts = PARTICLES * np.cumprod(slates.propensities, axis=1)
    np.testing.assert_allclose(counts, np.round(counts), atol=1e-9)
    assert (counts > 0.5).all()
    assert (counts[:, 0] < PARTICLES).any()


def test_beta_draws_have_the_relative_spread_of_their_posterior() -> None:
    policy = BetaThompson(worlds.policy_context(PEOPLE, ITEMS))
    rng = np.random.default_rng(6)
    draws = np.concatenate([policy._draw(rng) for _ in range(600)])
    taken, people = policy.context.popularity, 9
    a, b = 1 + taken, 1 + people - taken
    spread = np.sqrt(a * b / (a + b + 1)) / a
    np.testing.assert_allclose(draws.mean(axis=0), 0, atol=5 * spread.max() / np.sqrt(600 * 32))
    np.testing.assert_allclose(draws.std(axis=0), spread, rtol=0.05)


def test_linear_draws_have_the_covariance_of_their_posterior() -> None:
    policy = LinearThompson(worlds.policy_context(PEOPLE, ITEMS))
    rng = np.random.default_rng(7)
    x = policy.context.embeddings
    known = x[policy.context.histories.items_of(1)]
    covariance = x @ np.linalg.inv(np.eye(x.shape[1]) + known.T @ known) @ x.T
    people = (policy._posterior(policy._draw(rng)) for _ in range(800))
    room = np.empty((1, PARTICLES, ITEMS), dtype=np.float32)
    draws = [policy._deviations(one, slice(1, 2), room=room)[0].copy() for one in people]
    found = np.cov(np.concatenate(draws).T)
    # Each batch of draws is divided by its own root mean square.
    scale = np.trace(covariance) / np.trace(found)
    np.testing.assert_allclose(found * scale, covariance, atol=0.05)
