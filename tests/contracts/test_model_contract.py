"""What every model promises, whatever it computes."""

import ast
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import engine
from engine.dataset import Dataset
from engine.errors import NotFittedError, TableError
from engine.histories import Histories
from engine.models.base import LinearRecommender, Recommender
from engine.models.registry import MODELS
from engine.ranking import top_n
from tests.quick import make_model

PERSONALISED = [name for name in MODELS if make_model(name).capabilities.personalised]
THE_SAME_FOR_ALL = [name for name in MODELS if name not in PERSONALISED]
UNORDERED = [name for name in MODELS if not make_model(name).capabilities.sequential]
LINEAR = [name for name in MODELS if make_model(name).capabilities.linear_in_history]

every_model = pytest.mark.parametrize("name", MODELS)


def fitted(name: str, dataset: Dataset, *, seed: int = 3) -> Recommender:
    return make_model(name).fit(dataset, rng=np.random.default_rng(seed))


@pytest.fixture(scope="module")
def ready(noisy: Dataset) -> dict[str, Recommender]:
    """Every model, fitted once on the noisy world."""
    return {name: fitted(name, noisy) for name in MODELS}


def shuffled(histories: Histories, *, seed: int) -> Histories:
    rng = np.random.default_rng(seed)
    order = np.lexsort((rng.random(len(histories.items)), histories.rows))
    return Histories(
        histories.indptr, histories.items[order], histories.weights[order], histories.n_items
    )


@pytest.mark.parametrize("name", PERSONALISED)
def test_lists_the_held_out_item_first(name: str, checkerboard: Dataset) -> None:
    histories = checkerboard.histories
    scores = fitted(name, checkerboard).score(histories)
    first = top_n(scores, ~histories.seen(), n=1)[:, 0]
    assert first.tolist() == list(range(checkerboard.n_users))


@pytest.mark.parametrize("name", THE_SAME_FOR_ALL)
def test_scores_everyone_alike_when_not_personalised(name: str, noisy: Dataset) -> None:
    scores = fitted(name, noisy).score(noisy.histories)
    assert (scores == scores[0]).all()
    assert len(np.unique(scores[0])) > 1


@every_model
def test_scores_are_finite_float32_over_the_catalogue(name: str, noisy: Dataset) -> None:
    scores = fitted(name, noisy).score(noisy.histories)
    assert scores.shape == (noisy.n_users, noisy.n_items)
    assert scores.dtype == np.float32
    assert np.isfinite(scores).all()


@every_model
def test_a_batch_scores_as_one_by_one(name: str, noisy: Dataset) -> None:
    model = fitted(name, noisy)
    alone = [model.score(noisy.histories.take([row]))[0] for row in range(noisy.n_users)]
    np.testing.assert_allclose(model.score(noisy.histories), np.array(alone), rtol=1e-5, atol=1e-6)


@every_model
def test_the_order_of_the_batch_does_not_matter(name: str, noisy: Dataset) -> None:
    model = fitted(name, noisy)
    order = np.random.default_rng(5).permutation(noisy.n_users)
    np.testing.assert_allclose(
        model.score(noisy.histories.take(order)),
        model.score(noisy.histories)[order],
        rtol=1e-5,
        atol=1e-6,
    )


@pytest.mark.parametrize("name", UNORDERED)
def test_the_order_of_a_history_does_not_matter(name: str, noisy: Dataset) -> None:
    model = fitted(name, noisy)
    np.testing.assert_allclose(
        model.score(shuffled(noisy.histories, seed=1)),
        model.score(noisy.histories),
        rtol=1e-5,
        atol=1e-6,
    )


@every_model
def test_the_same_seed_gives_the_same_bits(name: str, noisy: Dataset) -> None:
    first, second = fitted(name, noisy), fitted(name, noisy)
    assert first.score(noisy.histories).tobytes() == second.score(noisy.histories).tobytes()


@every_model
def test_a_second_fit_starts_afresh(name: str, noisy: Dataset, checkerboard: Dataset) -> None:
    refitted = fitted(name, checkerboard).fit(noisy, rng=np.random.default_rng(3))
    np.testing.assert_array_equal(
        refitted.score(noisy.histories), fitted(name, noisy).score(noisy.histories)
    )


@every_model
def test_fitting_leaves_the_data_set_as_it_was(name: str, noisy: Dataset) -> None:
    before = noisy.fingerprint, noisy.histories.weights.copy(), noisy.histories.items.copy()
    fitted(name, noisy).score(noisy.histories)
    np.testing.assert_array_equal(noisy.histories.weights, before[1])
    np.testing.assert_array_equal(noisy.histories.items, before[2])
    assert noisy.fingerprint == before[0]


@every_model
def test_the_empty_history_has_scores(name: str, noisy: Dataset) -> None:
    scores = fitted(name, noisy).score(Histories.empty(2, n_items=noisy.n_items))
    assert scores.shape == (2, noisy.n_items)
    assert np.isfinite(scores).all()
    assert (scores[0] == scores[1]).all()


@every_model
def test_an_empty_batch_has_no_rows(name: str, noisy: Dataset) -> None:
    scores = fitted(name, noisy).score(noisy.histories.take([]))
    assert scores.shape == (0, noisy.n_items)


@every_model
def test_refuses_to_score_before_fit(name: str, noisy: Dataset) -> None:
    with pytest.raises(NotFittedError, match=name):
        make_model(name).score(noisy.histories)


@every_model
def test_refuses_another_catalogue(name: str, noisy: Dataset) -> None:
    with pytest.raises(TableError, match="fitted on 27"):
        fitted(name, noisy).score(Histories.empty(1, n_items=noisy.n_items + 1))


@pytest.mark.parametrize("name", LINEAR)
def test_a_linear_model_is_its_coefficients(name: str, noisy: Dataset) -> None:
    model = fitted(name, noisy)
    assert isinstance(model, LinearRecommender)
    x = np.zeros((noisy.n_users, noisy.n_items))
    x[noisy.histories.rows, noisy.histories.items] = model.inputs(noisy.histories.weights)
    targets = range(noisy.n_items)
    base = [model.base_value(target) for target in targets]
    coefficients = np.array([model.coefficients(target) for target in targets]).T
    np.testing.assert_allclose(
        model.score(noisy.histories), base + x @ coefficients, rtol=1e-5, atol=1e-6
    )


@every_model
@given(data=st.data())
def test_any_history_has_finite_scores(
    name: str, ready: dict[str, Recommender], data: st.DataObject
) -> None:
    model = ready[name]
    history = data.draw(st.lists(st.integers(0, model.n_items_ - 1), unique=True))
    weight = data.draw(st.floats(-5, 5, width=32))
    histories = Histories.from_lists(
        [history], n_items=model.n_items_, weights=[[weight] * len(history)]
    )
    assert np.isfinite(model.score(histories)).all()


def test_nothing_in_the_engine_unpickles() -> None:
    for file in Path(engine.__file__).parent.rglob("*.py"):
        imported = [
            name
            for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
            if isinstance(node, ast.Import | ast.ImportFrom)
            for name in (getattr(node, "module", None), *(alias.name for alias in node.names))
        ]
        assert not {"pickle", "joblib", "dill"} & set(imported), file
