"""Estimates on drawn logs: near the truth, with intervals, and the same when asked again."""

import numpy as np
import pytest

from engine.off_policy.cascade import cascade_doubly_robust, rips, snrips
from engine.off_policy.direct import direct
from engine.off_policy.doubly_robust import doubly_robust, switch_doubly_robust
from engine.off_policy.estimate import effective_sample_size, estimate_all
from engine.off_policy.evaluation import Settings, evaluate
from engine.off_policy.feedback import LoggedFeedback, LoggedLists
from engine.off_policy.importance import ips, snips
from engine.off_policy.independent import iips, sniips
from engine.off_policy.list_evaluation import evaluate_lists
from engine.off_policy.list_importance import sips, snsips
from engine.off_policy.pseudo_inverse import independent_list_weights, pi, snpi
from engine.off_policy.target import list_target, place_target, uniform_odds
from engine.off_policy.terms import Terms

N, A, K = 1000, 10, 3


def settings(**changes: float) -> Settings:
    return Settings(resamples=200, **changes)


def single(rng: np.random.Generator, *, contexts: bool = False) -> tuple[LoggedFeedback, dict]:
    """Return clicks with known chances, logged by a skewed policy in two places."""
    odds = rng.dirichlet(np.ones(A) * 2)
    actions = rng.choice(A, N, p=odds)
    x = rng.normal(size=(N, 1)) if contexts else np.empty((N, 0))
    places = rng.integers(0, 2, N)
    click = rng.uniform(0.1, 0.6, A)
    clicks = (rng.random(N) < click[actions]).astype(float)
    log = LoggedFeedback(
        actions=actions,
        rewards=clicks,
        propensities=odds[actions],
        places=places,
        users=np.arange(N) // 2,
        contexts=x,
        action_ids=tuple(map(str, range(A))),
    )
    return log, {"odds": odds, "click": click}


def drawn_lists(rng: np.random.Generator, odds: np.ndarray, n: int = N) -> LoggedLists:
    """Plackett-Luce lists of 3; a place earns by its item, less after a good item above."""
    keys = np.log(odds) + rng.gumbel(size=(n, A))
    shown = np.argsort(-keys, axis=1)[:, :K]
    of_items = odds[shown]
    quality = np.linspace(0.1, 0.8, A)
    chance = quality[shown] * np.cumprod(1 - quality[shown] / 2, axis=1)
    return LoggedLists(
        actions=shown,
        rewards=(rng.random((n, K)) < chance).astype(float),
        propensities=of_items / (1 - (np.cumsum(of_items, axis=1) - of_items)),
        users=np.arange(n),
        action_ids=tuple(map(str, range(A))),
    )


def test_estimates_of_a_drawn_log_are_within_three_standard_errors() -> None:
    log, truth = single(np.random.default_rng(12345), contexts=True)
    value = truth["click"].mean()
    uniform = place_target("uniform", uniform_odds(A)[None], log)
    found = {e.estimator: e for e in evaluate(log, uniform, settings=settings()).estimates}
    weights = uniform.chosen / log.propensities
    spread = (weights * log.rewards).std() / np.sqrt(N)
    assert list(found) == ["ips", "snips", "dm", "dr", "switch-dr"]
    for name in ("ips", "snips", "dm", "dr"):
        assert abs(found[name].value - value) <= 3 * spread
        assert found[name].low < found[name].value < found[name].high


def test_estimates_of_drawn_lists_are_within_three_standard_errors() -> None:
    rng = np.random.default_rng(12345)
    odds = rng.dirichlet(np.ones(A) * 4)
    lists = drawn_lists(rng, odds)
    truth = drawn_lists(rng, uniform_odds(A), n=200_000).rewards.sum(axis=1).mean()
    target = list_target("uniform", lists, odds=uniform_odds(A))
    estimates = evaluate_lists(lists, target, settings=settings()).estimates
    weights = target.chosen / lists.propensities
    for terms in (sips(lists.rewards, weights), rips(lists.rewards, weights)):
        spread = terms.numerators[:, 0].std() / np.sqrt(N)
        found = next(e for e in estimates if e.estimator == terms.estimator)
        assert abs(found.value - truth) <= 3 * spread
    by_name = {estimate.estimator: estimate for estimate in estimates}
    assert abs(by_name["cascade-dr"].value - truth) <= 0.1
    assert "iips" not in by_name


def test_the_logging_policy_itself_earns_the_mean_reward() -> None:
    log, truth = single(np.random.default_rng(2))
    same = place_target("same", truth["odds"][None], log)
    found = evaluate(log, same, settings=settings())
    ips_, snips_, *_ = found.estimates
    assert ips_.value == pytest.approx(snips_.value) == pytest.approx(log.rewards.mean())
    assert ips_.value == pytest.approx(found.logged.value)
    assert found.support.ess == pytest.approx(N)
    assert found.support.mean_weight == pytest.approx(1)
    lists = drawn_lists(np.random.default_rng(2), truth["odds"])
    for estimate in evaluate_lists(
        lists, list_target("same", lists, odds=truth["odds"]), settings=settings()
    ).estimates:
        if estimate.estimator != "cascade-dr":
            assert estimate.value == pytest.approx(lists.rewards.sum(axis=1).mean())


def test_chances_of_a_place_and_of_the_whole_list_agree() -> None:
    rng = np.random.default_rng(4)
    lists = drawn_lists(rng, rng.dirichlet(np.ones(A)))
    up_to_place = np.cumprod(lists.propensities, axis=1)
    joint = lists.propensities.prod(axis=1)
    assert (joint[:, None] <= up_to_place).all()
    np.testing.assert_allclose(up_to_place[:, -1], joint)


def test_switching_runs_from_the_direct_method_to_doubly_robust() -> None:
    rng = np.random.default_rng(6)
    rewards, weights, predicted, expected = rng.uniform(0.1, 3, (4, 50))
    known = {"predicted": predicted, "expected": expected}

    def values(threshold: float) -> np.ndarray:
        terms = switch_doubly_robust(rewards, weights, threshold=threshold, **known)
        return terms.numerators

    np.testing.assert_array_equal(values(0.0), direct(expected).numerators)
    np.testing.assert_array_equal(
        values(np.inf), doubly_robust(rewards, weights, **known).numerators
    )
    between = values(float(np.median(weights)))
    assert not np.array_equal(between, values(0.0))
    assert not np.array_equal(between, values(np.inf))


def value(terms: Terms) -> float | None:
    users = np.arange(len(terms.numerators))
    return estimate_all([terms], users, resamples=1, rng=np.random.default_rng(0))[0].value


@pytest.mark.parametrize("estimator", [snsips, sniips, snrips])
def test_self_normalised_lists_stay_in_range_and_ignore_a_common_factor(estimator) -> None:
    rng = np.random.default_rng(7)
    rewards, weights = rng.random((40, K)), rng.lognormal(0, 2, (40, K))
    found = value(estimator(rewards, weights))
    assert 0 <= found <= K
    assert value(estimator(rewards, weights * 3)) == pytest.approx(found)
    assert value(estimator(np.ones((40, K)), weights)) == pytest.approx(K)


def test_self_normalised_choices_are_plain_ones_over_the_mean_weight() -> None:
    rng = np.random.default_rng(8)
    rewards, weights = rng.random((40, K)), rng.lognormal(0, 1, (40, K))
    joint = weights.prod(axis=1)
    whole = independent_list_weights(weights)
    assert value(snips(rewards[:, 0], weights[:, 0])) == pytest.approx(
        value(ips(rewards[:, 0], weights[:, 0])) / weights[:, 0].mean()
    )
    assert value(snsips(rewards, weights)) == pytest.approx(
        value(sips(rewards, weights)) / joint.mean()
    )
    assert value(snpi(rewards, whole)) == pytest.approx(value(pi(rewards, whole)) / whole.mean())
    alone = sum(value(iips(rewards[:, [i]], weights[:, [i]])) for i in range(K))
    assert value(iips(rewards, weights)) == pytest.approx(alone)


def test_intervals_resample_people_and_not_their_rows() -> None:
    rewards = np.repeat(np.random.default_rng(1).random(50), 20)
    terms = [ips(rewards, np.ones(1000))]
    people, rows = np.repeat(np.arange(50), 20), np.arange(1000)

    def width(users: np.ndarray) -> float:
        found = estimate_all(terms, users, resamples=500, rng=np.random.default_rng(0))[0]
        return found.high - found.low

    assert width(people) == pytest.approx(width(rows) * np.sqrt(20), rel=0.2)


def test_intervals_cover_the_truth_about_as_often_as_they_claim() -> None:
    rng = np.random.default_rng(9)
    covered = 0
    for _ in range(200):
        weights = rng.choice([0.5, 1.5], 300)
        rewards = rng.random(300) < 0.3
        terms = [ips(rewards.astype(float), weights)]
        found = estimate_all(terms, np.arange(300), resamples=200, rng=rng)[0]
        covered += found.low <= 0.3 <= found.high
    assert 180 <= covered <= 199


def test_no_weight_at_all_is_no_value() -> None:
    found = estimate_all(
        [snips(np.ones(5), np.zeros(5))], np.arange(5), resamples=9, rng=np.random.default_rng(0)
    )[0]
    assert (found.value, found.low, found.high, found.ess) == (None, None, None, 0.0)


def test_effective_size_of_equal_weights_is_their_number() -> None:
    assert effective_sample_size(np.full(7, 0.3)) == pytest.approx(7)
    assert effective_sample_size(np.array([5.0, 0, 0])) == 1


def test_a_list_of_one_place_is_a_single_choice() -> None:
    rng = np.random.default_rng(10)
    rewards, weights, predicted, expected = rng.uniform(0.1, 3, (4, 50, 1))
    one = ips(rewards[:, 0], weights[:, 0]).numerators
    whole = pi(rewards, independent_list_weights(weights))
    for terms in (sips(rewards, weights), iips(rewards, weights), rips(rewards, weights), whole):
        np.testing.assert_allclose(terms.numerators, one)
    cascade = cascade_doubly_robust(rewards, weights, predicted=predicted, expected=expected)
    single_ = doubly_robust(
        rewards[:, 0], weights[:, 0], predicted=predicted[:, 0], expected=expected[:, 0]
    )
    np.testing.assert_allclose(cascade.numerators, single_.numerators)


def test_the_effective_size_is_that_of_the_place_with_the_fewest() -> None:
    weights = np.array([[1.0, 1.0], [1.0, 0.0], [1.0, 0.0]])
    rewards = np.ones((3, 2))
    for terms, ess in ((iips(rewards, weights), 1), (sniips(rewards, weights[:, :1]), 3)):
        found = estimate_all([terms], np.arange(3), resamples=9, rng=np.random.default_rng(0))[0]
        assert found.ess == pytest.approx(ess)


def test_the_same_seed_gives_the_same_numbers_and_another_seed_another_interval() -> None:
    log, _ = single(np.random.default_rng(3))
    target = place_target("uniform", uniform_odds(A)[None], log)
    one, same = (evaluate(log, target, settings=settings()) for _ in range(2))
    assert one == same
    other = evaluate(log, target, settings=settings(seed=8))
    assert other.estimates[0].value == one.estimates[0].value
    assert other.estimates[0].low != one.estimates[0].low
