"""GraphFilter against its own definition, on dense arrays."""

import numpy as np
import pytest

from engine.dataset import Dataset
from engine.errors import OptionError
from engine.models.graph_filter import GraphFilter
from tests import worlds

RNG = np.random.default_rng(0)


@pytest.mark.parametrize("world", [worlds.checkerboard(12), worlds.noisy()])
def test_the_weights_are_a_walk_and_a_smooth_part(world: Dataset) -> None:
    x = (world.histories.matrix().toarray() > 0).astype(float)
    people, items = (np.maximum(x.sum(axis=axis), 1) for axis in (1, 0))
    r = x / np.sqrt(people)[:, None] / np.sqrt(items)
    slow = np.linalg.svd(r)[2][:2].T
    smooth = np.diag(items**-0.5) @ slow @ slow.T @ np.diag(items**0.5)
    model = GraphFilter(waves=2, strength=0.7).fit(world, rng=RNG)
    expected = x @ (r.T @ r + 0.7 * smooth)
    np.testing.assert_allclose(model.score(world.histories), expected, rtol=1e-5, atol=1e-6)


def test_the_slowest_waves_keep_two_separate_tastes_apart() -> None:
    world = worlds.checkerboard(12)
    model = GraphFilter(waves=2).fit(world, rng=RNG)
    even = model.score(world.histories)[0]
    assert even[::2].min() > 0
    np.testing.assert_allclose(even[1::2], 0, atol=1e-6)


@pytest.mark.parametrize("settings", [{"waves": 0}, {"strength": -1}])
def test_refuses_settings_outside_their_range(settings: dict[str, int]) -> None:
    with pytest.raises(OptionError, match="graph-filter"):
        GraphFilter(**settings).fit(worlds.noisy(), rng=RNG)
