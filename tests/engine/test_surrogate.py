"""The surrogate tree: it finds a rule that is there, and says when there is none it can tell."""

import numpy as np
import pytest
from numpy.typing import NDArray

from engine.dataset import Dataset
from engine.errors import OptionError
from engine.explanations.surrogate import grow_surrogate
from engine.histories import Histories
from engine.models.base import Recommender
from engine.sources.planted import make_world
from tests.quick import make_model

RNG = np.random.default_rng
WORLD = make_world(RNG(3)).dataset
GROUP = sorted(WORLD.users["group"].unique())[0]


class Rule(Recommender):
    """Popular items score 2, others 0; twice as much for one group of people."""

    name = "rule"

    def __init__(self, border: float) -> None:
        self.border = border

    def _fit(self, dataset: Dataset, *, rng: np.random.Generator) -> None:
        self.counts = np.bincount(dataset.histories.items, minlength=dataset.n_items)

    def _score(self, histories: Histories) -> NDArray[np.float32]:
        item = 2.0 * (self.counts > self.border)
        person = 1.0 + (histories.attributes["group"] == GROUP).to_numpy()
        return np.outer(person, item).astype(np.float32)


class Noise(Recommender):
    """Scores that follow from nothing the tree can see."""

    name = "noise"

    def _fit(self, dataset: Dataset, *, rng: np.random.Generator) -> None: ...

    def _score(self, histories: Histories) -> NDArray[np.float32]:
        return RNG(0).random((len(histories), histories.n_items)).astype(np.float32)


def test_a_rule_that_is_there_is_found_on_people_it_never_saw() -> None:
    border = float(np.median(np.bincount(WORLD.histories.items, minlength=WORLD.n_items)))
    model = Rule(border).fit(WORLD, rng=RNG(0))
    found = grow_surrogate(model, WORLD, people=120, depth=2, rng=RNG(1))
    assert found.r2 > 0.99
    assert found.rank_agreement > 0.99
    assert found.importance["feature"][0] == "popularity"
    # To be in one of two groups is not to be in the other.
    assert {name.split(":")[0] for name in found.importance["feature"]} == {"popularity", "group"}
    root = found.nodes.row(0, named=True)
    assert (root["parent"], root["share"], root["feature"]) == (None, 1.0, "popularity")
    leaves = found.nodes.filter(found.nodes["feature"].is_null())
    assert leaves["share"].sum() == pytest.approx(1)
    assert sorted(round(value, 6) for value in leaves["value"].unique()) == [0, 2, 4]


def test_a_poor_imitation_says_so() -> None:
    model = Noise().fit(WORLD, rng=RNG(0))
    found = grow_surrogate(model, WORLD, people=120, depth=3, rng=RNG(1))
    assert found.r2 < 0.2
    assert abs(found.rank_agreement) < 0.3


def test_the_same_seed_grows_the_same_tree_and_depth_is_kept() -> None:
    model = make_model("ease").fit(WORLD, rng=RNG(0))
    first, second = (grow_surrogate(model, WORLD, depth=3, rng=RNG(4)) for _ in range(2))
    assert first.nodes.equals(second.nodes)
    assert (first.r2, first.rank_agreement) == (second.r2, second.rank_agreement)
    assert first.depth <= 3
    assert first.evaluations == first.people


@pytest.mark.parametrize(("people", "depth"), [(7, 3), (20, 0)])
def test_refuses_what_cannot_be_measured(people: int, depth: int) -> None:
    model = make_model("popularity").fit(WORLD, rng=RNG(0))
    with pytest.raises(OptionError, match="cannot be grown and measured"):
        grow_surrogate(model, WORLD, people=people, depth=depth, rng=RNG(0))
