"""LSTM: the form that it says, the order it reads, and that it trains and ranks at all."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch

from engine.errors import OptionError
from engine.histories import Histories
from engine.models import lstm
from engine.models.lstm import LSTM
from tests import worlds

RNG = np.random.default_rng
SMALL = LSTM(epochs=2, factors=8, batch_size=20, dropout=0.0)


def of(*items: int) -> Histories:
    return Histories.from_lists([list(items)], n_items=27)


def fitted(**settings: float) -> LSTM:
    return replace(SMALL, **settings).fit(worlds.noisy(), rng=RNG(1))


def test_scores_by_its_formula() -> None:
    model = fitted()
    net = model.network_
    with torch.no_grad():
        read = net.items.weight[[27, 2, 9, 4]]
        h = net.lstm(read[None])[0][0, -1]
        # The dense layer over the two vectors, concatenated as in the listing.
        a = torch.cat([net.from_history.weight, net.from_item.weight], dim=1)
        both = torch.cat([h.expand(27, -1), net.items.weight[:-1]], dim=1)
        dense = torch.relu(both @ a.T + net.from_history.bias)
        expected = dense @ net.dense.weight[0] + net.biases.weight[:, 0]
    np.testing.assert_allclose(model.score(of(2, 9, 4))[0], expected.numpy(), rtol=1e-5)


def test_reads_the_order_of_the_latest_items_alone() -> None:
    model = fitted(length=4)
    latest = model.score(of(5, 6, 7, 8))
    np.testing.assert_array_equal(model.score(of(20, 21, 5, 6, 7, 8)), latest)
    assert not np.allclose(model.score(of(5, 7, 6, 8)), latest, rtol=1e-4)


def test_blocks_do_not_show(monkeypatch: pytest.MonkeyPatch) -> None:
    model, world = fitted(), worlds.noisy()
    whole = model.score(world.histories)
    monkeypatch.setattr(lstm, "_CELLS", 27 * 8 * 7)
    np.testing.assert_allclose(model.score(world.histories), whole, rtol=1e-6, atol=1e-7)


def test_learns_what_follows_what() -> None:
    # Everyone has some five items in a row of a ring of ten; the sixth is the next.
    ring = Histories.from_lists(
        [[(start + step) % 10 for step in range(6)] for start in np.arange(60) % 10], n_items=10
    )
    world = worlds.dataset_from(np.ones((60, 10))).with_histories(ring)
    model = LSTM(epochs=60, learning_rate=0.02, factors=16, dropout=0.0).fit(world, rng=RNG(3))
    asked = Histories.from_lists(
        [[(start + step) % 10 for step in range(3)] for start in range(10)], n_items=10
    )
    assert model.score(asked).argmax(axis=1).tolist() == [(start + 3) % 10 for start in range(10)]


def test_without_negatives_everything_would_be_likely() -> None:
    """Its chances have the rate of the pairs it was shown: one in nine with eight negatives."""
    model = LSTM(epochs=30, learning_rate=0.01, factors=8, dropout=0.0)
    scores = model.fit(worlds.noisy(), rng=RNG(1)).score(worlds.noisy().histories)
    chances = 1 / (1 + np.exp(-scores[~worlds.noisy().histories.seen()]))
    assert 0.01 < chances.mean() < 0.25


@pytest.mark.parametrize("settings", [{"factors": 0}, {"length": 0}, {"negatives": 0}])
def test_refuses_shapes_that_cannot_be(settings: dict[str, int]) -> None:
    with pytest.raises(OptionError, match="lstm has"):
        fitted(**settings)


@pytest.mark.parametrize("dropout", [-0.1, 1.0])
def test_refuses_a_dropout_outside_its_range(dropout: float) -> None:
    with pytest.raises(OptionError, match=f"dropout {dropout}"):
        fitted(dropout=dropout)
