"""The small version of the accuracy proof: on planted tastes the history helps."""

from dataclasses import replace

import numpy as np
import pytest

from engine.models.lstm import LSTM
from engine.models.registry import MODELS, make_model
from engine.sources.planted import make_world
from engine.splits import Split
from tests.evidence.accuracy import measure

PERSONALISED = [name for name in MODELS if make_model(name).capabilities.personalised]


@pytest.fixture(scope="module")
def planted() -> Split:
    world = make_world(np.random.default_rng(5))
    return Split(world.dataset, world.held_out)


@pytest.mark.parametrize("name", PERSONALISED)
def test_a_model_that_reads_histories_finds_planted_tastes(name: str, planted: Split) -> None:
    popularity = measure(make_model("popularity"), planted, seed=7)
    model = make_model(name)
    if isinstance(model, LSTM):
        # An epoch has ten batches here, and thirty where the default was found.
        model = replace(model, epochs=40)
    assert measure(model, planted, seed=7) > 5 * popularity
