"""Explanations against brute force, and their laws."""

import itertools
import math
import time

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from engine.dataset import Dataset
from engine.errors import CapabilityError, OptionError
from engine.explanations.attribution import explain, explain_each
from engine.explanations.games import HistoryGame
from engine.explanations.leave_one_out import fold_in_losses
from engine.histories import Histories
from engine.models.base import LinearRecommender, Recommender
from engine.models.factorised import Factorised
from engine.models.fold_in import FoldInSystem
from engine.models.mult_vae import MultVAE
from engine.models.registry import MODELS
from engine.models.user_knn import UserKNN
from tests import worlds
from tests.quick import make_model

LINEAR = [name for name in MODELS if make_model(name).capabilities.linear_in_history]
POOLED = [name for name in MODELS if make_model(name).capabilities.pooled_in_history]
FACTORISED = [name for name in MODELS if isinstance(make_model(name), Factorised)]
SHALLOW = "mult-vae without tanh layers"
EXACT = [*LINEAR, *POOLED, *FACTORISED, SHALLOW]
CURVED = [name for name in MODELS if name not in EXACT]
UNORDERED = [name for name in MODELS if not make_model(name).capabilities.sequential]
RNG = np.random.default_rng


class Whole(LinearRecommender):
    """Coefficients and weights that are whole numbers, so that float32 sums are exact."""

    name = "whole"

    def _fit(self, dataset: Dataset, *, rng: np.random.Generator) -> None:
        self.table = rng.integers(-50, 50, size=(dataset.n_items, dataset.n_items))
        self.base = rng.integers(-50, 50, size=dataset.n_items)

    def _score(self, histories: Histories) -> NDArray[np.float32]:
        return (self.base + histories.matrix().toarray() @ self.table).astype(np.float32)

    def inputs(self, weights: NDArray[np.float32]) -> NDArray[np.float32]:
        return weights

    def coefficients(self, target: int) -> NDArray[np.floating]:
        return self.table[:, target].astype(float)

    def base_value(self, target: int) -> float:
        return float(self.base[target])


def fitted(model: Recommender) -> Recommender:
    return model.fit(worlds.noisy(), rng=RNG(2))


MADE = {name: fitted(make_model(name)) for name in MODELS}
MADE[SHALLOW] = fitted(MultVAE(epochs=15, learning_rate=0.01, latent=8))
WHOLE = fitted(Whole())
histories = st.lists(st.integers(0, 24), unique=True, max_size=8)


def history_of(items: list[int]) -> Histories:
    weights = [[1.0 + item % 3 for item in items]]
    return Histories.from_lists([items], n_items=27, weights=weights)


def shapley(model: Recommender, history: Histories, target: int) -> NDArray[np.float64]:
    """Σ over subsets S without j of |S|! (n - |S| - 1)! / n! · (v(S + j) - v(S))."""
    n = len(history.items)
    subsets = list(itertools.product([False, True], repeat=n))
    value = {
        kept: float(model.score(history.keep(np.array(kept, dtype=bool)))[0, target])
        for kept in subsets
    }
    phi = np.zeros(n)
    for kept, j in itertools.product(subsets, range(n)):
        if not kept[j]:
            size = sum(kept)
            share = math.factorial(size) * math.factorial(n - size - 1) / math.factorial(n)
            phi[j] += share * (value[(*kept[:j], True, *kept[j + 1 :])] - value[kept])
    return phi


@given(items=histories, target=st.integers(25, 26))
def test_exact_contributions_are_the_shapley_values(items: list[int], target: int) -> None:
    explanation = explain(WHOLE, history_of(items), target, method="exact")
    expected = shapley(WHOLE, history_of(items), target)
    np.testing.assert_allclose(explanation.contributions, expected, rtol=1e-10, atol=1e-10)
    assert abs(explanation.residual) <= 1e-10
    assert explanation.standard_errors is None


@pytest.mark.parametrize("name", EXACT)
def test_closed_forms_agree_with_brute_force_to_float32(name: str) -> None:
    history, target = history_of([0, 3, 4, 9, 11, 20]), 7
    explanation = explain(MADE[name], history, target, method="exact")
    expected = shapley(MADE[name], history, target)
    size = max(1.0, abs(explanation.score))
    np.testing.assert_allclose(explanation.contributions, expected, atol=1e-5 * size)


@pytest.mark.parametrize("name", EXACT)
def test_exact_contributions_add_up_to_the_models_own_score(name: str) -> None:
    for row in range(30):
        history = worlds.noisy().histories.take([row])
        target = int(np.flatnonzero(~history.seen()[0])[0])
        explanation = explain(MADE[name], history, target)
        scale = np.abs(explanation.contributions).sum() + abs(explanation.base_value)
        assert explanation.method == "exact"
        assert explanation.score == MADE[name].score(history)[0, target]
        assert abs(explanation.residual) <= 1e-5 * scale


@pytest.mark.parametrize("name", MODELS)
@pytest.mark.parametrize("method", ["auto", "leave-one-out"])
@given(items=histories)
def test_score_and_base_value_are_the_models_own(name: str, method: str, items: list[int]) -> None:
    model, target = MADE[name], 26
    explanation = explain(model, history_of(items), target, method=method)  # type: ignore[arg-type]
    empty = model.score(Histories.empty(1, n_items=27))[0, target]
    assert explanation.score == model.score(history_of(items))[0, target]
    assert explanation.base_value == pytest.approx(empty, abs=1e-12)
    parts = explanation.base_value + explanation.contributions.sum() + explanation.residual
    assert parts == pytest.approx(explanation.score, abs=1e-12)


@pytest.mark.parametrize("name", MODELS)
def test_leave_one_out_is_what_the_score_loses(name: str) -> None:
    items, target = [2, 5, 9, 14], 20
    explanation = explain(MADE[name], history_of(items), target, method="leave-one-out")
    whole = MADE[name].score(history_of(items))[0, target]
    lost = [
        whole - MADE[name].score(history_of([i for i in items if i != left]))[0, target]
        for left in items
    ]
    np.testing.assert_allclose(explanation.contributions, lost, atol=1e-6)


@given(items=histories, extra=st.floats(0.1, 5), pull=st.floats(0.1, 5))
def test_leave_one_out_of_a_fold_in_has_its_closed_form(
    items: list[int], extra: float, pull: float
) -> None:
    vectors = RNG(0).normal(size=(27, 4))
    system = FoldInSystem(vectors, vectors.T @ vectors + 0.5 * np.eye(4), extra, pull)

    def score(kept: list[int]) -> NDArray[np.float64]:
        q = vectors[kept]
        p = np.linalg.solve(system.everywhere + extra * q.T @ q, pull * q.sum(axis=0))
        return vectors[[25, 26]] @ p

    losses = fold_in_losses(system, np.array(items, dtype=int), np.array([25, 26]))
    for place, item in enumerate(items):
        lost = score(items) - score([other for other in items if other != item])
        np.testing.assert_allclose(losses[place], lost, atol=1e-10)


def test_leave_one_out_of_als_asks_the_model_once() -> None:
    explanation = explain(MADE["als"], history_of([2, 5, 9, 14]), 20)
    assert (explanation.method, explanation.evaluations) == ("leave-one-out", 1)


@pytest.mark.parametrize("name", UNORDERED)
@pytest.mark.parametrize("method", ["auto", "leave-one-out"])
def test_the_order_of_the_history_moves_no_contribution(name: str, method: str) -> None:
    items, order = [1, 4, 6, 13, 22], [3, 0, 4, 2, 1]
    straight = explain(MADE[name], history_of(items), 26, method=method)  # type: ignore[arg-type]
    mixed = explain(
        MADE[name],
        history_of([items[place] for place in order]),
        26,
        method=method,  # type: ignore[arg-type]
    )
    np.testing.assert_allclose(
        mixed.contributions, straight.contributions[order], rtol=1e-4, atol=1e-6
    )


@pytest.mark.parametrize("method", ["exact", "leave-one-out"])
def test_an_item_the_model_ignores_gets_0(method: str) -> None:
    # Nobody has item 25, so no other item is anywhere near it.
    explanation = explain(
        MADE["item-knn"],
        history_of([25, 3, 4]),
        7,
        method=method,  # type: ignore[arg-type]
    )
    assert explanation.contributions[0] == 0
    assert np.abs(explanation.contributions[1:]).max() > 0


@pytest.mark.parametrize("name", MODELS)
def test_the_empty_history_leaves_the_base_value(name: str) -> None:
    explanation = explain(MADE[name], Histories.empty(1, n_items=27), 4)
    assert len(explanation.players) == len(explanation.contributions) == 0
    assert explanation.score == explanation.base_value


class Asked(UserKNN):
    """UserKNN that notes how many histories it scored."""

    rows = 0

    def _score(self, histories: Histories) -> NDArray[np.float32]:
        self.rows += len(histories)
        return super()._score(histories)


@pytest.mark.parametrize(("length", "asked"), [(0, 1), (1, 2), (700, 702)])
def test_evaluations_are_the_histories_the_model_scored(length: int, asked: int) -> None:
    model = Asked().fit(worlds.dataset_from(np.ones((3, 705))), rng=RNG(0))
    history = Histories.from_lists([list(range(length))], n_items=705)
    explanations = explain_each(model, history, targets=[703, 704])
    assert [each.evaluations for each in explanations] == [asked] * 2
    assert model.rows == asked


@pytest.mark.parametrize("name", EXACT)
def test_the_closed_form_asks_the_model_once(name: str) -> None:
    assert explain(MADE[name], history_of([1, 2, 3]), 26).evaluations == 1


def test_a_subset_is_scored_as_the_history_it_is() -> None:
    game = HistoryGame(MADE["als"], history_of([4, 9, 2]), targets=np.array([20, 11]))
    values = game.values(np.array([[True, False, True], [False, False, False]]))
    kept = MADE["als"].score(history_of([4, 2]))[0, [20, 11]]
    np.testing.assert_array_equal(values, [kept, [0, 0]])


def test_explaining_several_targets_equals_one_by_one() -> None:
    history = history_of([4, 9, 2])
    for name in MODELS:
        together = explain_each(MADE[name], history, targets=[20, 11])
        for explanation in together:
            alone = explain(MADE[name], history, explanation.target)
            # A matrix product of another width may round its last bit differently.
            np.testing.assert_allclose(
                explanation.contributions, alone.contributions, rtol=1e-12, atol=1e-15
            )
        assert [each.target for each in together] == [20, 11]


def test_a_list_of_ten_over_a_long_history_is_quick() -> None:
    has = RNG(0).random((50, 1500)) < 0.2
    model = make_model("als").fit(worlds.dataset_from(has), rng=RNG(0))
    history = Histories.from_lists([list(range(200))], n_items=1500)
    begin = time.perf_counter()
    explain_each(model, history, targets=range(1000, 1010))
    assert time.perf_counter() - begin < 1


@pytest.mark.parametrize("name", CURVED)
def test_no_exact_explanation_of_a_model_without_a_closed_form(name: str) -> None:
    assert explain(MADE[name], history_of([1]), 2).method == "leave-one-out"
    with pytest.raises(CapabilityError, match=name):
        explain(MADE[name], history_of([1]), 2, method="exact")


@pytest.mark.parametrize(
    ("rows", "target", "message"),
    [
        ([[1, 2]], 27, "outside the catalogue; use rows 0 to 26"),
        ([[1, 2]], -1, "row -1 is outside"),
        ([[1, 2]], 2, "row 2 is already in the history"),
        ([[1], [2]], 3, "2 were given"),
        ([], 3, "0 were given"),
    ],
)
def test_refuses_what_has_no_explanation(rows: list[list[int]], target: int, message: str) -> None:
    with pytest.raises(OptionError, match=message):
        explain(WHOLE, Histories.from_lists(rows, n_items=27), target)
