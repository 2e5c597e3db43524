"""Content and TwoTower: what they make of text, and that nobody needs to have an item."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import polars as pl
import pytest
import torch

from engine.dataset import Dataset, make_dataset
from engine.encoders.item_text import item_texts
from engine.encoders.text import encode
from engine.errors import OptionError, TableError
from engine.histories import Histories
from engine.models.content import Content, text_vectors
from engine.models.hybrid import WeightedHybrid
from engine.models.popularity import Popularity
from engine.models.two_tower import TwoTower, _Network
from engine.sources.planted import make_world
from tests import worlds
from tests.evidence.cold_start import CANDIDATES, hold_out_items, recalls
from tests.quick import make_model
from tests.tiny_encoder import write_tiny_encoder

RNG = np.random.default_rng
SMALL = TwoTower(epochs=3, factors=8, heads=2, batch_size=10)


def of(*items: int) -> Histories:
    weights = [[1.0 + item % 3 for item in items]]
    return Histories.from_lists([list(items)], n_items=27, weights=weights)


def shelf(titles: list[str]) -> Dataset:
    rows = [str(row) for row in range(len(titles))]
    log = pl.DataFrame({"user_id": ["u", "v"], "item_id": ["0", "1"]})
    return make_dataset("shelf", log, items=pl.DataFrame({"item_id": rows, "title": titles}))


def network(dataset: Dataset) -> _Network:
    torch.manual_seed(0)
    built = SMALL._build(dataset)
    assert isinstance(built, _Network)
    return built.double().eval()


def test_content_scores_by_its_formula() -> None:
    model = Content().fit(worlds.noisy(), rng=RNG(0))
    raw = encode(item_texts(worlds.noisy().items)).astype(float)
    e = raw - raw.mean(axis=0)
    e /= np.linalg.norm(e, axis=1, keepdims=True)
    for x, weighting in ((np.array([3.0, 1.0, 2.0]), "weight"), (np.ones(3), "binary")):
        model.weighting = weighting
        expected = (x @ e[[2, 9, 4]]) @ e.T
        np.testing.assert_allclose(model.score(of(2, 9, 4))[0], expected, rtol=1e-5, atol=1e-6)


def test_content_ranks_as_the_weighted_mean_does() -> None:
    model = Content().fit(worlds.noisy(), rng=RNG(0))
    history = of(2, 9, 4)
    mean = history.weights @ model.vectors_[history.items] / history.weights.sum()
    assert (model.score(history)[0].argsort() == (mean @ model.vectors_.T).argsort()).all()


def test_content_never_looks_at_the_log() -> None:
    world = worlds.noisy()
    bare = world.with_interactions(world.interactions.clear())
    one, other = (Content().fit(each, rng=RNG(0)) for each in (world, bare))
    np.testing.assert_array_equal(one.score(of(3, 5)), other.score(of(3, 5)))
    new = world.interactions.head(1).with_columns(item_id=pl.lit("26"))
    one.update(world, new)
    np.testing.assert_array_equal(one.score(of(3, 5)), other.score(of(3, 5)))


def test_texts_that_are_all_alike_tell_nothing_apart() -> None:
    assert not text_vectors(shelf(["war", "war", "war"])).any()


def test_the_encoder_can_be_named(tmp_path: Path) -> None:
    folder = write_tiny_encoder(tmp_path, seed=4)
    vectors = text_vectors(worlds.noisy(), encoder=folder)
    assert not np.allclose(vectors, text_vectors(worlds.noisy()), atol=1e-3)
    model = Content(encoder=folder).fit(worlds.noisy(), rng=RNG(0))
    np.testing.assert_array_equal(model.item_vectors(), vectors)


def test_an_item_without_an_id_is_its_text() -> None:
    one = network(shelf(["war", "love", "space", "war"]))
    with_id = torch.tensor([True, True, True, False])
    before = one.items(with_id)
    with torch.no_grad():
        one.item_ids.weight[3] += 5
        one.history_ids.weight[3] += 5
    torch.testing.assert_close(one.items(with_id), before)
    assert not torch.allclose(one.items(torch.ones(4, dtype=torch.bool))[3], before[3])
    # Of two that read alike, the text is all that is known.
    without = one.items(torch.zeros(4, dtype=torch.bool))
    torch.testing.assert_close(without[0], without[3])
    history = torch.tensor([[0.0, 0.0, 1.0, 1.0]]).double()
    mine = one.people(history, with_id)
    with torch.no_grad():
        one.history_ids.weight[3] += 5
    torch.testing.assert_close(one.people(history, with_id), mine)


def test_what_is_not_there_is_not_attended_to() -> None:
    one = network(worlds.noisy())
    nothing = torch.zeros(1, 27).double()
    nobody = one.people(nothing, one.known)
    with torch.no_grad():
        one.history_text.bias += 3
        one.history_ids.weight += 3
    torch.testing.assert_close(one.people(nothing, one.known), nobody)


def test_an_item_nobody_has_is_no_negative() -> None:
    world = worlds.noisy()
    built = SMALL._build(world)
    assert isinstance(built, _Network)
    assert built.known.tolist() == [True] * 25 + [False] * 2
    # Whatever would be learned of the new items' text, the loss does not hang on it.
    built.text[-2:] *= 100
    torch.manual_seed(1)
    loud = [loss.item() for loss in SMALL._losses(built, world.histories, epoch=1, rng=RNG(0))]
    built.text[-2:] = 0
    torch.manual_seed(1)
    mute = [loss.item() for loss in SMALL._losses(built, world.histories, epoch=1, rng=RNG(0))]
    assert loud == mute


def test_item_vectors_are_what_the_score_multiplies() -> None:
    world = worlds.noisy()
    model = replace(SMALL).fit(world, rng=RNG(0))
    vectors = model.item_vectors()
    scores = model.score(world.histories)
    people = np.linalg.lstsq(vectors, scores.T, rcond=None)[0]
    np.testing.assert_allclose((vectors @ people).T, scores, atol=1e-5)


def test_a_checkpoint_is_bound_to_the_encoder(tmp_path: Path) -> None:
    kept = tmp_path / "kept"
    first = replace(SMALL, checkpoint=kept).fit(worlds.noisy(), rng=RNG(0))
    again = replace(SMALL, checkpoint=kept).fit(worlds.noisy(), rng=RNG(0))
    np.testing.assert_array_equal(first.score(of(1)), again.score(of(1)))
    other = write_tiny_encoder(tmp_path / "other", seed=4)
    with pytest.raises(TableError, match=r"other settings \(encoder\)"):
        replace(SMALL, checkpoint=kept, encoder=other).fit(worlds.noisy(), rng=RNG(0))


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"heads": 3}, "8 factors and 3 heads"),
        ({"factors": 0}, "0 factors"),
        ({"dropout": 0.0}, "dropout 0"),
        ({"dropout": 1.0}, "dropout 1"),
        ({"id_dropout": 1.0}, "id dropout 1"),
        ({"id_dropout": -0.1}, "id dropout -0.1"),
    ],
)
def test_refuses_shapes_that_cannot_be(settings: dict[str, float], words: str) -> None:
    with pytest.raises(OptionError, match=words):
        replace(SMALL, **settings).fit(worlds.noisy(), rng=RNG(0))


def test_a_hybrid_serves_new_items_if_all_its_members_do() -> None:
    assert WeightedHybrid((Content(), SMALL)).capabilities.scores_new_items
    assert not WeightedHybrid((Content(), Popularity())).capabilities.scores_new_items


@pytest.mark.parametrize("candidates", CANDIDATES)
def test_text_finds_items_that_nobody_has_yet(candidates: str) -> None:
    """The small version of the cold-start proof."""
    world = make_world(RNG(5)).dataset
    cold = hold_out_items(world, share=0.2, rng=RNG(1))
    assert not cold.train.histories.seen()[:, cold.new].any()
    assert cold.relevant.sum() + len(cold.train.histories.items) == len(world.histories.items)
    found = {}
    for name in ("content", "two-tower", "popularity"):
        scores = make_model(name).fit(cold.train, rng=RNG(2)).score(cold.train.histories)
        values = recalls(scores, cold, candidates=candidates, rng=RNG(3))
        found[name] = np.nanmean(values)
    assert min(found["content"], found["two-tower"]) > 1.3 * found["popularity"]
