"""Serving another way: what an index finds, and what a byte a weight costs."""

import sys
from dataclasses import dataclass

import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from torch import nn

from engine.dataset import Dataset
from engine.errors import CapabilityError, OptionError
from engine.histories import Histories
from engine.models.als import ALS
from engine.models.base import Recommender
from engine.models.ease import Ease
from engine.models.mult_vae import MultVAE
from engine.models.registry import MODELS, make_model
from engine.models.size import model_size
from engine.ranking import top_n
from engine.serving.faiss_index import FaissIndexed
from engine.serving.int8 import Int8, in_bytes
from engine.splits import random_ratio
from engine.testing import check_recommender
from tests import quick, worlds

WORLD = worlds.noisy()
SMALL = MultVAE(epochs=3, hidden=8, latent=4, batch_size=10)


@dataclass(eq=False)
class Many(Recommender):
    """A thousand items around thirty centres; a history asks for what is like its first item."""

    name = "many"

    def _fit(self, dataset: Dataset, *, rng: np.random.Generator) -> None:
        own = np.random.default_rng(1)
        centres = own.normal(size=(30, 16))
        self.keys_ = centres[own.integers(30, size=1000)] + 0.3 * own.normal(size=(1000, 16))

    def key_vectors(self) -> NDArray[np.floating]:
        return self.keys_

    def query_vectors(self, histories: Histories) -> NDArray[np.floating]:
        return self.keys_[histories.items[histories.indptr[:-1]]]

    def _score(self, histories: Histories) -> NDArray[np.float32]:
        return (self.query_vectors(histories) @ self.keys_.T).astype(np.float32)


def of_many() -> Dataset:
    return worlds.dataset_from(np.eye(200, dtype=int), spare_items=800)


def fitted(model: Recommender, world: Dataset = WORLD) -> Recommender:
    return model.fit(world, rng=np.random.default_rng(3))


def lists(model: Recommender, world: Dataset, n: int = 10) -> NDArray[np.integer]:
    return top_n(model.score(world.histories), ~world.histories.seen(), n=n)


def recall(index: FaissIndexed) -> float:
    """Share of the best ten that the index finds as well."""
    world = of_many()
    found, exact = lists(fitted(index, world), world), lists(fitted(Many(), world), world)
    return float((found[:, :, None] == exact[:, None, :]).any(axis=2).mean())


@pytest.mark.parametrize("name", MODELS)
def test_a_score_is_query_times_key_where_there_are_such(name: str) -> None:
    model = fitted(quick.make_model(name))
    keys = model.key_vectors()
    if keys is None:
        with pytest.raises(CapabilityError, match="does not score by queries"):
            model.query_vectors(WORLD.histories)
    else:
        expected = model.query_vectors(WORLD.histories) @ keys.T
        np.testing.assert_allclose(model.score(WORLD.histories), expected, rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize(
    "make",
    [
        lambda: FaissIndexed(ALS(factors=4)),
        lambda: FaissIndexed(quick.make_model("bpr")),
        lambda: Int8(quick.make_model("mult-vae")),
    ],
    ids=["faiss:als", "faiss:bpr", "int8:mult-vae"],
)
def test_a_served_model_keeps_the_contract(make: type[Recommender]) -> None:
    check_recommender(make)


def test_a_whole_search_finds_everything_and_cells_miss_a_little() -> None:
    assert recall(FaissIndexed(Many(), candidates=20)) == 1
    assert recall(FaissIndexed(Many(), candidates=20, exact_up_to=0, searched=1.0)) == 1
    assert 0.5 < recall(FaissIndexed(Many(), candidates=20, exact_up_to=0, searched=0.02)) < 1


def test_what_is_not_found_ties_below_what_is() -> None:
    world = of_many()
    scores = fitted(FaissIndexed(Many(), candidates=5), world).score(world.histories)
    exact = fitted(Many(), world).score(world.histories)
    best = np.argsort(-exact, axis=1)[:, :6]
    for row in range(5):
        np.testing.assert_allclose(scores[row, best[row]], exact[row, best[row]], rtol=1e-5)
        others = np.delete(scores[row], best[row])
        assert (others == others[0]).all()
        assert others[0] < scores[row, best[row]].min()


def test_as_many_more_are_found_as_the_history_has() -> None:
    long = Histories.from_lists([list(range(20)), [3]], n_items=27)
    model = fitted(FaissIndexed(ALS(factors=4), candidates=2))
    found = (model.score(long) > model.score(long).min(axis=1, keepdims=True)).sum(axis=1)
    assert found.tolist() == [22, 3]


def test_an_index_follows_an_update() -> None:
    split = random_ratio(WORLD, test_share=0.2, rng=np.random.default_rng(1))
    model = fitted(FaissIndexed(quick.make_model("bpr")), split.train)
    before = model.score(WORLD.histories)
    model.update(split.train, split.held_out)
    np.testing.assert_allclose(
        model.score(WORLD.histories), model.member.score(WORLD.histories), rtol=1e-5, atol=1e-6
    )
    assert not np.allclose(before, model.score(WORLD.histories))


def test_a_row_in_bytes_is_off_by_half_a_step_at_most() -> None:
    network = nn.Sequential(nn.Linear(30, 20), nn.Linear(20, 10)).double()
    small = in_bytes(network)
    for whole, part in zip(network, small, strict=True):
        step = whole.weight.abs().amax(dim=1, keepdim=True) / 127
        off = (part.weight - whole.weight).abs() / step
        assert 0.1 < off.max() <= 0.5 + 1e-4
        assert torch.equal(part.bias, whole.bias)
    kinds = {weight.dtype for weight in small.state_dict().values() if weight.ndim == 2}
    assert kinds == {torch.int8, torch.float32}


def test_bytes_take_less_room_and_change_little_but_something() -> None:
    served = fitted(Int8(SMALL))
    exact = served.member.score(WORLD.histories)
    off = np.abs(served.score(WORLD.histories) - exact)
    assert 0 < off.max() < 0.05 * np.ptp(exact)
    assert model_size(served) < model_size(served.member) / 3
    np.testing.assert_array_equal(served.member.score(WORLD.histories), exact)


def test_names_lead_to_served_models() -> None:
    model = make_model("faiss:hybrid:ease+als")
    assert isinstance(model, FaissIndexed)
    assert model.member.name == "hybrid"


def test_a_model_that_cannot_be_served_so_is_told() -> None:
    with pytest.raises(CapabilityError, match="ease does not score by a product of two vectors"):
        fitted(FaissIndexed(Ease()))
    with pytest.raises(CapabilityError, match="als keeps no torch network"):
        fitted(Int8(ALS(factors=4)))


@pytest.mark.parametrize("settings", [{"candidates": 0}, {"searched": 0.0}, {"searched": 1.5}])
def test_refuses_settings_outside_their_range(settings: dict[str, float]) -> None:
    with pytest.raises(OptionError, match="candidates from 1, and a share above 0"):
        fitted(FaissIndexed(ALS(factors=4), **settings))  # type: ignore[arg-type]


def test_a_missing_index_library_is_told_with_the_way_to_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delitem(sys.modules, "engine.serving.faiss_index")
    monkeypatch.setitem(sys.modules, "faiss", None)
    with pytest.raises(CapabilityError, match=r"faiss needs faiss.*recscope\[serve\]"):
        make_model("faiss:als")
