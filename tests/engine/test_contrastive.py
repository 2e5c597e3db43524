"""Why this above that, why this list, and why this place."""

import numpy as np
import pytest

from engine.errors import OptionError
from engine.explanations.attribution import explain
from engine.explanations.contrastive import explain_above, explain_slate
from engine.explanations.placement import explain_place
from engine.policies.registry import make_policy
from engine.ranking import top_n
from tests import worlds
from tests.quick import make_model

RNG = np.random.default_rng
WORLD = worlds.noisy()
NAMES = ["ease", "bpr", "als", "user-knn"]
MADE = {name: make_model(name).fit(WORLD, rng=RNG(2)) for name in NAMES}
HISTORY = WORLD.histories.take([3])


@pytest.mark.parametrize("method", ["auto", "leave-one-out", "permutation"])
@pytest.mark.parametrize("name", NAMES)
def test_a_margin_is_the_difference_of_two_explanations(name: str, method: str) -> None:
    model = MADE[name]
    upper, lower = top_n(model.score(HISTORY), ~HISTORY.seen(), n=2)[0].tolist()
    margin = explain_above(model, HISTORY, upper, lower=lower, method=method, rng=RNG(1))
    first = explain(model, HISTORY, upper, method=method, rng=RNG(1))
    second = explain(model, HISTORY, lower, method=method, rng=RNG(1))
    apart = first.contributions - second.contributions
    errors = [one.standard_errors for one in (margin, first, second)]
    # Each sampled game has a stand-in of its own, so they agree within their errors only.
    slack = 5 * sum(each for each in errors if each is not None)
    assert (np.abs(margin.contributions - apart) <= slack + 1e-6).all()
    assert margin.score == pytest.approx(first.score - second.score, abs=1e-6)
    assert margin.base_value == pytest.approx(first.base_value - second.base_value, abs=1e-6)
    assert (margin.game, margin.competitors) == ("margin", (lower,))


def test_errors_of_a_margin_are_those_of_the_difference() -> None:
    model = MADE["user-knn"]
    upper, lower = top_n(model.score(HISTORY), ~HISTORY.seen(), n=2)[0].tolist()
    margin = explain_above(model, HISTORY, upper, lower=lower, method="permutation", rng=RNG(1))
    parts = [explain(model, HISTORY, t, method="permutation", rng=RNG(1)) for t in (upper, lower)]
    added = sum(part.standard_errors for part in parts)
    assert (margin.standard_errors <= added + 1e-9).all()
    assert margin.standard_errors.sum() < added.sum()


@pytest.mark.parametrize("name", NAMES)
def test_a_slate_is_the_discounted_sum_of_its_places(name: str) -> None:
    model = MADE[name]
    best = top_n(model.score(HISTORY), ~HISTORY.seen(), n=8)[0].tolist()
    found = explain_slate(model, HISTORY, best[:3], n_competitors=5)
    assert found.competitors == tuple(best[3:8])
    scores = model.score(HISTORY)[0].astype(float)
    discount = 1 / np.log2([2, 3, 4])
    expected = discount @ scores[best[:3]] / discount.sum() - scores[best[3:8]].mean()
    assert found.score == pytest.approx(expected, rel=1e-5)
    if name in ("ease", "bpr"):
        assert found.base_value + found.contributions.sum() == pytest.approx(found.score, rel=1e-4)


@pytest.mark.parametrize("policy", ["epsilon-greedy", "greedy", "mmr"])
def test_a_place_tells_the_score_from_the_draw(policy: str) -> None:
    model = MADE["ease"]
    scores, eligible = model.score(HISTORY), ~HISTORY.seen()
    context = worlds.policy_context(1, 27, alike=True)
    made = make_policy(policy, context)
    rate = 0.0 if policy == "greedy" else 0.8
    slates = made.choose(scores, eligible, n=5, rate=rate, rng=RNG(4))
    own = top_n(scores, eligible, n=27)[0].tolist()
    causes = set()
    for place in range(5):
        found = explain_place(slates, scores, eligible, place=place)
        causes.add(found.cause)
        assert own[found.own_rank - 1] == found.item
        left = [row for row in own if row not in slates.items[0, :place]]
        assert found.own_choice == left[0]
        assert (found.lag == 0) == (scores[0, found.item] == scores[0, left[0]])
        assert found.lag >= 0
        assert (found.cause == "score") == (found.item == left[0])
        assert found.propensity == slates.propensities[0, place]
    assert causes <= {"greedy": {"score"}, "mmr": {"score", "rule"}}.get(
        policy, {"score", "chance"}
    )
    with pytest.raises(OptionError, match="nothing stands in place 6"):
        explain_place(slates, scores, eligible, place=5)
