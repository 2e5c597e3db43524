"""The small version of the accuracy proof: on planted tastes the history helps."""

from dataclasses import replace

import numpy as np
import polars as pl
import pytest

from engine.edges import conform_edges
from engine.models.lstm import LSTM
from engine.models.registry import MODELS, make_model
from engine.sources.planted import make_world
from engine.splits import Split
from tests.evidence.accuracy import measure

PERSONALISED = [name for name in MODELS if make_model(name).capabilities.personalised]


@pytest.fixture(scope="module")
def planted() -> Split:
    world = make_world(np.random.default_rng(5))
    dataset = world.dataset
    # For the models that need edges: every seventh item stands on one shelf, whatever it is.
    shelf = pl.format("shelf {}", pl.int_range(pl.len()) % 7)
    stands = dataset.items.select(source="item_id", target=shelf)
    edges = conform_edges(stands, users=dataset.users, items=dataset.items)
    return Split(replace(dataset, edges=edges), world.held_out)


@pytest.mark.parametrize("name", PERSONALISED)
def test_a_model_that_reads_histories_finds_planted_tastes(name: str, planted: Split) -> None:
    popularity = measure(make_model("popularity"), planted, seed=7)
    model = make_model(name)
    if isinstance(model, LSTM):
        # An epoch has ten batches here, and thirty where the default was found.
        model = replace(model, epochs=40)
    assert measure(model, planted, seed=7) > 5 * popularity
