"""Hybrids: their scores, votes and explanations are those of their members, put together."""

import numpy as np
import pytest

from engine.errors import CapabilityError, OptionError, RecscopeError
from engine.explanations.attribution import explain
from engine.histories import Histories
from engine.models import hybrid as module
from engine.models.als import ALS
from engine.models.base import Recommender
from engine.models.ease import Ease
from engine.models.hybrid import RankHybrid, StackedHybrid, WeightedHybrid
from engine.models.item_knn import ItemKNN
from engine.models.popularity import Popularity
from engine.models.registry import make_model
from engine.models.user_knn import UserKNN
from engine.policies.context import PolicyContext
from engine.policies.registry import make_policy
from engine.recommend import recommend
from engine.sources.planted import make_world
from tests import worlds

WORLD = worlds.noisy()
HISTORY = Histories.from_lists([[2, 5, 9, 14]], n_items=27)


def fitted(model: Recommender) -> Recommender:
    return model.fit(WORLD, rng=np.random.default_rng(4))


def scaled(member: Recommender) -> tuple[Recommender, float]:
    """A member of its own, and the spread of its scores of unseen items."""
    alone = fitted(member)
    return alone, float(alone.score(WORLD.histories)[~WORLD.histories.seen()].std())


def test_the_score_is_the_weighted_sum_of_scaled_scores() -> None:
    both = fitted(WeightedHybrid(members=(Ease(), ItemKNN()), weights=(2, -0.5)))
    (ease, ease_spread), (knn, knn_spread) = scaled(Ease()), scaled(ItemKNN())
    expected = 2 * ease.score(HISTORY) / ease_spread - 0.5 * knn.score(HISTORY) / knn_spread
    np.testing.assert_allclose(both.score(HISTORY), expected, rtol=1e-5)


def test_the_unit_of_a_member_does_not_matter() -> None:
    class Loud(Popularity):
        def _score(self, histories: Histories) -> np.ndarray:
            return 1000 * super()._score(histories)

    plain = fitted(WeightedHybrid(members=(Ease(), Popularity())))
    loud = fitted(WeightedHybrid(members=(Ease(), Loud())))
    np.testing.assert_allclose(loud.score(HISTORY), plain.score(HISTORY), rtol=1e-5)


@pytest.mark.parametrize(
    ("members", "method"),
    [((Ease(), ItemKNN()), "exact"), ((ALS(factors=4), UserKNN(k=5)), "leave-one-out")],
)
def test_its_explanation_is_the_members_explanations_weighted(
    members: tuple[Recommender, ...], method: str
) -> None:
    model = fitted(WeightedHybrid(members=members, weights=(1, 3)))
    whole = explain(model, HISTORY, 20)
    parts = [explain(member, HISTORY, 20) for member in model.members]
    assert whole.method == method
    summed = sum(f * p.contributions for f, p in zip(model.factors_, parts, strict=True))
    np.testing.assert_allclose(whole.contributions, summed, atol=1e-5)
    bases = sum(f * p.base_value for f, p in zip(model.factors_, parts, strict=True))
    assert whole.base_value == pytest.approx(bases, abs=1e-6)


@pytest.mark.parametrize("members", [(Ease(), ALS()), (Ease(), Ease(weighting="weight"))])
def test_members_that_are_not_linear_alike_give_no_coefficients(
    members: tuple[Recommender, ...],
) -> None:
    model = fitted(WeightedHybrid(members=members))
    assert not model.capabilities.linear_in_history
    with pytest.raises(CapabilityError, match="ease"):
        model.coefficients(3)
    assert explain(model, HISTORY, 20).method == "leave-one-out"


@pytest.mark.parametrize(
    ("reciprocal", "first", "tied", "last"),
    [(True, 1 / 61, 1 / 62.5, 1 / 65), (False, 1, 1 - 1.5 / 5, 1 - 4 / 5)],
)
def test_votes_are_the_places_among_unseen_items(
    reciprocal: bool, first: float, tied: float, last: float
) -> None:
    class Fixed(Popularity):
        def _score(self, histories: Histories) -> np.ndarray:
            return np.tile(np.float32([3, 5, 3, 1, 9]), (len(histories), 1))

    world = worlds.dataset_from(np.eye(5))
    model = RankHybrid(members=(Fixed(),), reciprocal=reciprocal).fit(
        world, rng=np.random.default_rng(0)
    )
    scores = model.score(Histories.from_lists([[], [4]], n_items=5))
    after_one = 1 / 63.5 if reciprocal else 1 - 2.5 / 5
    np.testing.assert_allclose(scores[0, [4, 0, 2, 3]], [first, after_one, after_one, last])
    assert scores[1, 4] == 0
    np.testing.assert_allclose(scores[1, [1, 0, 2]], [first, tied, tied])


def test_a_weight_of_0_takes_a_member_out_of_the_vote() -> None:
    model = fitted(RankHybrid(members=(Ease(), Popularity()), weights=(1, 0)))
    alone = fitted(RankHybrid(members=(Ease(),)))
    np.testing.assert_allclose(model.score(HISTORY), alone.score(HISTORY))


class Noise(Popularity):
    """Scores that have nothing to do with anybody."""

    name = "noise"

    def _score(self, histories: Histories) -> np.ndarray:
        noise = np.random.default_rng(0).random((1, self.n_items_), dtype=np.float32)
        return np.repeat(noise, len(histories), axis=0)


def test_the_learned_weights_find_the_member_that_helps() -> None:
    world = make_world(np.random.default_rng(5)).dataset
    model = StackedHybrid(members=(Ease(), Noise())).fit(world, rng=np.random.default_rng(1))
    scale = [m.score(world.histories)[~world.histories.seen()].std() for m in model.members]
    helpful, useless = model.factors_ * scale
    assert helpful > 0.3
    assert abs(useless) < 0.1 * helpful


def test_the_learned_weights_are_where_the_slope_is_0() -> None:
    rng = np.random.default_rng(3)
    x = rng.normal(size=(2, 400)) + 3
    labels = rng.random(400) < 1 / (1 + np.exp(-(1.5 * x[0] - 0.5 * x[1] - 4)))
    weights = module._least_squares(x, labels, ridge=2.0)
    centred = x - x.mean(axis=1, keepdims=True)
    # In the direction of the best weights the regression needs no correction but of its length.
    slope = centred @ (labels - labels.mean())
    pulled = centred @ (centred.T @ weights) + 2.0 * weights
    assert slope / np.linalg.norm(slope) == pytest.approx(pulled / np.linalg.norm(pulled))
    assert np.abs(weights).sum() == pytest.approx(2)
    assert weights[0] > 0 > weights[1]


def test_rare_choices_of_skewed_scores_turn_no_weight_around() -> None:
    rng = np.random.default_rng(0)
    x = rng.lognormal(size=(1, 300), sigma=1.5)
    labels = rng.random(300) < 1 / (1 + np.exp(5 - x[0] / x.std()))
    assert labels.sum() == 6
    assert module._least_squares(x, labels, ridge=1.0).tolist() == [1.0]


def test_members_that_tell_nothing_weigh_the_same() -> None:
    labels = np.array([True, False])
    assert module._least_squares(np.ones((2, 2)), labels, ridge=1.0).tolist() == [1.0, 1.0]


@pytest.mark.parametrize(
    "model",
    [
        WeightedHybrid(members=()),
        WeightedHybrid(members=(Ease(),), weights=(1, 2)),
        RankHybrid(members=(Ease(),), weights=(float("nan"),)),
        StackedHybrid(members=(Ease(),), weights=(1,)),
        StackedHybrid(members=(Ease(),), ridge=0),
    ],
)
def test_refuses_what_does_not_fit_together(model: Recommender) -> None:
    with pytest.raises(OptionError, match=model.name):
        fitted(model)


def test_members_are_given_by_name() -> None:
    model = make_model("hybrid-votes:ease+0.25*user-knn")
    assert isinstance(model, RankHybrid)
    assert [member.name for member in model.members] == ["ease", "user-knn"]
    assert model.weights == (1.0, 0.25)
    assert make_model("hybrid:ease+als").weights == ()


@pytest.mark.parametrize(
    ("name", "message"),
    [("ease:als", "takes no members"), ("hybrid:x*ease", "the weight x"), ("hybrid:", "no model")],
)
def test_refuses_members_that_are_not_written_right(name: str, message: str) -> None:
    with pytest.raises(RecscopeError, match=message):
        make_model(name)


def test_a_hybrid_is_listed_like_any_model() -> None:
    model = fitted(make_model("hybrid-stacked:ease+item-knn"))
    slates = recommend(
        model,
        WORLD.histories,
        policy=make_policy("greedy", PolicyContext(WORLD, model, WORLD.histories)),
        rate=0,
        n=5,
        rng=np.random.default_rng(0),
    )
    assert (slates.items >= 0).all()
