"""Closed forms and samplers against every subset, in float64."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.typing import NDArray

from engine.errors import CapabilityError, OptionError
from engine.explanations.exact import enumerate_shapley
from engine.explanations.explanation import Explanation
from engine.explanations.forms import pooled_shapley
from engine.explanations.games import Game
from engine.explanations.masked_lime import closeness, fit_masks, held_out_r2
from engine.explanations.question import Effort, Question, runner_ups
from engine.explanations.sampled import sample_shapley
from engine.histories import Histories
from engine.models.popularity import Popularity
from tests import worlds

RNG = np.random.default_rng
WHOLE = st.integers(-9, 9).map(float)


class Made(Game):
    """A game that is a function of the masks, in float64."""

    def __init__(self, n: int, value) -> None:
        empty = Histories.empty(1, n_items=1)
        super().__init__(Popularity(), empty, targets=np.array([0]))
        self._n, self._value = n, value

    @property
    def n_players(self) -> int:
        return self._n

    def _ask(self, masks: NDArray[np.bool_]) -> NDArray[np.float64]:
        return np.asarray(self._value(masks))[:, None]


@given(data=st.data(), n=st.integers(0, 12), power=st.floats(0, 1.5))
def test_the_pooled_form_is_every_subset(data: st.DataObject, n: int, power: float) -> None:
    a = data.draw(arrays(np.float64, n, elements=WHOLE))

    def value(masks):
        return (masks @ a) * np.maximum(masks.sum(axis=1), 1.0) ** -power

    g = np.arange(1, n + 1.0) ** -power
    found = pooled_shapley(a[:, None], g)
    np.testing.assert_allclose(found, enumerate_shapley(Made(n, value)), atol=1e-10, rtol=1e-10)


def test_a_mean_is_not_linear_in_the_game() -> None:
    a = np.array([3.0, 0.0, 0.0])
    found = pooled_shapley(a[:, None], 1 / np.arange(1, 4)).ravel()
    harmonic = 1 + 1 / 2 + 1 / 3
    others = (a.sum() - a) / 2
    np.testing.assert_allclose(found, a / 3 + (harmonic - 1) / 3 * (a - others))
    assert found[0] > 1


def _curved(n: int, steep: float = 1.0):
    w = RNG(n).normal(size=(3, n)) * np.array([[steep], [1], [1]])
    return Made(n, lambda masks: np.tanh(masks @ w[0]) * (masks @ w[1]) + masks @ w[2])


@given(n=st.integers(0, 9), seed=st.integers(0, 99))
def test_sampled_orders_always_add_up(n: int, seed: int) -> None:
    game = _curved(n)
    found = sample_shapley(game, rng=RNG(seed), effort=Effort(budget=2 + seed))
    nobody, everybody = game.ends()
    assert found.contributions.sum() == pytest.approx((everybody - nobody)[0], abs=1e-9)


def test_one_pair_is_exact_where_two_act_together_and_says_nothing_of_its_error() -> None:
    w, joint = RNG(1).normal(size=7), RNG(2).normal(size=(7, 7))
    game = Made(7, lambda masks: masks @ w + np.einsum("mi,ij,mj->m", masks, joint, masks))
    found = sample_shapley(game, rng=RNG(0), effort=Effort(budget=2))
    np.testing.assert_allclose(found.contributions, enumerate_shapley(game), atol=1e-12)
    assert found.pairs == 1
    assert np.isnan(found.standard_errors).all()


def test_standard_errors_are_the_spread_of_many_runs() -> None:
    """Of ten pairs the folds share their fits, so that the spread is 3% more than what is told."""
    game = _curved(8)
    effort = Effort(budget=2 + 14 * 10)
    runs = [sample_shapley(game, rng=RNG(seed), effort=effort) for seed in range(300)]
    spread = np.std([run.contributions for run in runs], axis=0)
    told = np.sqrt(np.mean([run.standard_errors**2 for run in runs], axis=0))
    assert np.mean(spread / told) == pytest.approx(1.03, abs=0.06)
    np.testing.assert_allclose(spread / told, 1, atol=0.2)


@pytest.mark.parametrize(("pairs", "steep"), [(4, 0.2), (10, 0.2), (200, 1.0)])
def test_intervals_cover_with_a_stand_in_and_without(pairs: int, steep: float) -> None:
    """Four pairs have no stand-in.

    Draws of a steep game, which no stand-in follows, are skewed: ten cover .87, two hundred enough.
    """
    game = _curved(8, steep=steep)
    truth = enumerate_shapley(game)[:, 0]
    covered = []
    for seed in range(200):
        run = sample_shapley(game, rng=RNG(seed), effort=Effort(budget=2 + 14 * pairs))
        assert run.pairs >= pairs
        one = _explanation(run.contributions[:, 0], run.standard_errors[:, 0], draws=run.pairs)
        covered.append(np.abs(one.contributions - truth) <= one.half_widths)
    # Players of a run hang together, so the bound is that of 200 draws, not of 1,600.
    assert 0.91 <= np.mean(covered) <= 0.985


def _explanation(contributions, errors, *, draws: int) -> Explanation:
    return Explanation(
        method="permutation",
        game="history",
        target=0,
        base_value=0.0,
        score=float(contributions.sum()),
        players=np.arange(len(contributions), dtype=np.int32),
        contributions=contributions,
        standard_errors=errors,
        evaluations=1,
        draws=draws,
    )


def test_a_part_whose_interval_covers_0_is_said_to_be_unsure() -> None:
    one = _explanation(np.array([1.0, 1.0, -3.0, 0.0]), np.array([0.1, 0.6, 1.0, np.nan]), draws=9)
    assert one.is_unsure.tolist() == [False, True, False, True]
    assert one.order.tolist() == [0, 1, 3, 2]


def test_the_budget_holds_and_the_target_error_stops_early() -> None:
    w = RNG(3).normal(size=(3, 14))

    def value(masks):
        return np.tanh(masks @ w[0]) + masks @ w[1]

    for budget in (2 + 26, 200, 555):
        game = Made(14, value)
        sample_shapley(game, rng=RNG(0), effort=Effort(budget=budget))
        assert game.evaluations <= budget
    game = Made(14, value)
    found = sample_shapley(game, rng=RNG(0), effort=Effort(budget=9000, error=0.05))
    assert found.pairs >= 5
    assert game.evaluations < 4000
    assert found.standard_errors.max() <= 0.05 * np.abs(found.contributions).max()


def test_a_subset_is_asked_about_once() -> None:
    game = _curved(4)
    masks = RNG(0).random((50, 4)) < 0.5
    first, second = game.values(masks), game.values(masks)
    np.testing.assert_array_equal(first, second)
    assert game.evaluations == len(np.unique(masks, axis=0))


def test_too_many_players_cannot_be_enumerated() -> None:
    with pytest.raises(OptionError, match="13 players have too many subsets"):
        enumerate_shapley(_curved(13))


def test_masked_lime_finds_a_linear_game_but_for_its_penalty() -> None:
    a = RNG(0).normal(size=20)
    game = Made(20, lambda masks: 3 + masks @ a)
    masks = RNG(1).random((4000, 20)) < 0.5
    local = fit_masks(masks, game.values(masks))
    np.testing.assert_allclose(local[1][:, 0], a, atol=0.01)
    assert held_out_r2(game, local, count=100, rng=RNG(2))[0] > 0.999


def test_the_fit_of_noise_is_shown_as_poor_and_that_of_nothing_as_unknown() -> None:
    noise = Made(12, lambda masks: RNG(5).permutation(4096)[masks @ (1 << np.arange(12))])
    masks = RNG(1).random((60, 12)) < 0.5
    local = fit_masks(masks, noise.values(masks))
    assert held_out_r2(noise, local, count=200, rng=RNG(2))[0] < 0.2
    flat = Made(12, lambda masks: np.full(len(masks), 7.0))
    assert np.isnan(held_out_r2(flat, fit_masks(masks, flat.values(masks)), count=9, rng=RNG(0)))


def test_masks_that_hide_more_weigh_less() -> None:
    masks = np.tril(np.ones((6, 5), dtype=bool), -1)
    assert (np.diff(closeness(masks)) > 0).all()
    assert closeness(masks)[-1] == 1


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: Effort(budget=1), "budget is 1"),
        (lambda: Effort(error=0.0), "target error is 0.0"),
    ],
)
def test_refuses_an_effort_that_is_none(make, message: str) -> None:
    with pytest.raises(OptionError, match=message):
        make()


def _question(**more) -> Question:
    world = worlds.noisy()
    model = Popularity().fit(world, rng=RNG(0))
    history = Histories.from_lists([[1, 2]], n_items=27)
    return Question(model, history, (3, 4), **more)


@pytest.mark.parametrize(
    ("more", "message"),
    [
        ({"game": "margin"}, "at least one other item"),
        ({"game": "margin", "competitors": ((3,), (3,))}, "at least one other item"),
        ({"game": "margin", "competitors": ((1,), (3,))}, "row 1 is already in the history"),
        ({"game": "attributes"}, "has no players"),
    ],
)
def test_refuses_a_question_without_an_answer(more, message: str) -> None:
    with pytest.raises(OptionError, match=message):
        _question(**more)


def test_runner_ups_are_the_best_others() -> None:
    question = _question()
    scores = question.model.score(question.history)[0].copy()
    scores[[1, 2]] = -1
    order = np.argsort(-scores, kind="stable")
    first, second = runner_ups(question.model, question.history, [order[0], order[15]], n=4)
    assert first == tuple(order[1:5])
    assert second == tuple(order[:4])


def test_a_library_that_is_missing_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    from engine.explanations import lime_explainer, shap_explainer

    monkeypatch.setitem(__import__("sys").modules, "shap", None)
    monkeypatch.setitem(__import__("sys").modules, "lime", None)
    with pytest.raises(CapabilityError, match=r"recscope\[explain\]"):
        shap_explainer.shap_values(_curved(2), rng=RNG(0), budget=9)
    with pytest.raises(CapabilityError, match=r"recscope\[explain\]"):
        lime_explainer.lime_weights(_curved(2), samples=9, seed=0)
