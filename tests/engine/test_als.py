"""ALS: our fold-in against the library's own, and against the equations."""

import numpy as np
import pytest
from implicit.cpu.als import AlternatingLeastSquares
from scipy import sparse
from threadpoolctl import threadpool_limits

from engine.histories import Histories
from engine.models import als
from engine.models.als import ALS
from tests import worlds


@pytest.fixture(scope="module")
def model() -> ALS:
    return ALS(factors=5, regularization=0.7, alpha=4).fit(
        worlds.noisy(), rng=np.random.default_rng(1)
    )


def library_fold_in(model: ALS, histories: Histories) -> np.ndarray:
    with threadpool_limits(1, "blas"):
        library = AlternatingLeastSquares(
            factors=model.factors, regularization=model.regularization
        )
    library.item_factors = model.item_factors_.astype(np.float32)
    confidence = (1 + model.alpha) * (histories.matrix() > 0).astype(np.float32)
    return library.recalculate_user(np.arange(len(histories)), sparse.csr_matrix(confidence))


def test_fold_in_equals_the_librarys(model: ALS) -> None:
    histories = worlds.noisy().histories
    np.testing.assert_allclose(
        model.fold_in(histories), library_fold_in(model, histories), rtol=2e-4, atol=1e-5
    )


def test_fold_in_solves_the_weighted_least_squares(model: ALS) -> None:
    history = [3, 8, 20]
    p = model.fold_in(Histories.from_lists([history], n_items=27))[0]
    y = model.item_factors_
    has = np.isin(np.arange(27), history).astype(float)
    gradient = y.T @ ((1 + model.alpha * has) * (y @ p - has)) + model.regularization * p
    np.testing.assert_allclose(gradient, 0, atol=1e-12)


def test_the_empty_history_scores_nothing(model: ALS) -> None:
    assert not model.score(Histories.empty(1, n_items=27)).any()


def test_blocks_do_not_show(model: ALS, monkeypatch: pytest.MonkeyPatch) -> None:
    histories = worlds.noisy().histories
    whole = model.fold_in(histories)
    monkeypatch.setattr(als, "_BLOCK", 7)
    np.testing.assert_allclose(model.fold_in(histories), whole, rtol=1e-12)


def test_the_seed_reaches_the_library() -> None:
    world = worlds.noisy()
    fits = [
        ALS(iterations=1).fit(world, rng=np.random.default_rng(seed)).item_factors_
        for seed in (1, 1, 2)
    ]
    np.testing.assert_array_equal(fits[0], fits[1])
    assert not np.array_equal(fits[0], fits[2])
