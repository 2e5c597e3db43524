"""Popularity and ItemKNN against answers worked out by hand."""

import numpy as np
import pytest

from engine.errors import OptionError, UnknownNameError
from engine.histories import Histories
from engine.models import item_knn
from engine.models.item_knn import ItemKNN
from engine.models.popularity import Popularity
from engine.models.registry import MODELS, make_model
from tests import worlds

RNG = np.random.default_rng(0)
A, B, C = 0, 1, 2
# a and b are had together twice, a and c once, b and c never.
THREE = worlds.dataset_from(np.array([[3, 1, 0], [1, 5, 0], [2, 0, 1]]))


def test_popularity_counts_users_not_weights() -> None:
    model = Popularity().fit(THREE, rng=RNG)
    assert model.score(THREE.histories)[0].tolist() == [3, 2, 1]
    assert model.base_value(B) == 2


def test_similarity_is_the_cosine_of_who_has_the_items() -> None:
    model = ItemKNN(k=5, shrink=0).fit(THREE, rng=RNG)
    np.testing.assert_allclose(model.coefficients(A), [0, 2 / 6**0.5, 1 / 3**0.5], rtol=1e-6)
    np.testing.assert_allclose(model.coefficients(B), [2 / 6**0.5, 0, 0], rtol=1e-6)


def test_shrinking_adds_to_the_denominator() -> None:
    model = ItemKNN(k=5, shrink=2).fit(THREE, rng=RNG)
    np.testing.assert_allclose(
        model.coefficients(A), [0, 2 / (6**0.5 + 2), 1 / (3**0.5 + 2)], rtol=1e-6
    )


def test_neighbours_are_those_of_the_target() -> None:
    model = ItemKNN(k=1, shrink=0).fit(THREE, rng=RNG)
    scores = model.score(Histories.from_lists([[A], [B], [C], [B, C]], n_items=3))
    near, far = 2 / 6**0.5, 1 / 3**0.5
    # c is not the nearest of a, but a is the nearest of c.
    np.testing.assert_allclose(
        scores, [[0, near, far], [near, 0, 0], [0, 0, 0], [near, 0, 0]], rtol=1e-6
    )


def test_blocks_do_not_show(monkeypatch: pytest.MonkeyPatch) -> None:
    world = worlds.noisy()
    whole = ItemKNN(k=4).fit(world, rng=RNG).score(world.histories)
    monkeypatch.setattr(item_knn, "_BLOCK", 4)
    np.testing.assert_array_equal(ItemKNN(k=4).fit(world, rng=RNG).score(world.histories), whole)


@pytest.mark.parametrize("model", [ItemKNN(k=0), ItemKNN(shrink=-1)])
def test_refuses_settings_outside_their_range(model: ItemKNN) -> None:
    with pytest.raises(OptionError, match="item-knn"):
        model.fit(THREE, rng=RNG)


def test_an_unknown_model_is_named_beside_the_known_ones() -> None:
    with pytest.raises(UnknownNameError, match="no model svd.*" + ".*".join(MODELS)):
        make_model("svd")
