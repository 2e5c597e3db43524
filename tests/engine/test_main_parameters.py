"""Main parameters: shares that are known by construction, and their intervals."""

import numpy as np
import polars as pl
import pytest
from numpy.typing import NDArray

from engine.dataset import Dataset, make_dataset
from engine.errors import OptionError
from engine.explanations.main_parameters import (
    EXPLORATION,
    PARAMETERS,
    exploration_shares,
    main_parameters,
    signal_shares,
)
from engine.histories import Histories
from engine.models.base import Capabilities, Recommender
from engine.policies.slates import Slates
from tests import worlds
from tests.quick import make_model

RNG = np.random.default_rng


class Planted(Recommender):
    """Item 9 gets 6 from any history, 3 whoever asks, and 1 for women; all others 0."""

    name = "planted"
    capabilities = Capabilities(uses_attributes=True)
    n_items_ = 10

    def _fit(self, dataset: Dataset, *, rng: np.random.Generator) -> None: ...

    def _score(self, histories: Histories) -> NDArray[np.float32]:
        women = (histories.attributes["gender"] == "F").fill_null(False).to_numpy()
        scores = np.zeros((len(histories), 10), dtype=np.float32)
        scores[:, 9] = 3 + 6 * (histories.lengths > 0) + women
        return scores


def _people() -> Dataset:
    log = pl.DataFrame(
        {"user_id": [str(u) for u in range(20)], "item_id": [str(u % 4) for u in range(20)]}
    )
    users = pl.DataFrame({"user_id": [str(u) for u in range(20)], "gender": ["F", "M"] * 10})
    items = pl.DataFrame({"item_id": [str(i) for i in range(10)]})
    return make_dataset("planted", log, users=users, items=items)


def test_shares_are_those_planted_for_everyone_and_by_group() -> None:
    world = _people()
    shares = signal_shares(Planted(), world, people=20, rng=RNG(0))
    # An average item has 3 / 10 whoever asks.
    np.testing.assert_allclose(shares.signed[0], [6, 2.7, 1], atol=1e-6)
    np.testing.assert_allclose(shares.signed[1], [6, 2.7, 0], atol=1e-6)
    table = main_parameters(shares, {"gender": world.users["gender"].to_list()}, rng=RNG(0))
    women = table.filter(pl.col("group") == "F")
    assert women["value"].to_list() == pytest.approx([6 / 9.7, 2.7 / 9.7, 1 / 9.7])
    assert women["low"].to_list() == pytest.approx(women["high"].to_list())
    everyone = table.filter(pl.col("by").is_null())
    assert everyone["parameter"].to_list() == list(PARAMETERS)
    assert everyone["value"].sum() == pytest.approx(1)
    inside = (everyone["low"] <= everyone["value"]) & (everyone["value"] <= everyone["high"])
    assert inside.all()
    assert everyone["n"].to_list() == [20] * 3


@pytest.mark.parametrize(("name", "expected"), [("ease", [1, 0, 0]), ("popularity", [0, 1, 0])])
def test_a_model_of_one_signal_has_one_parameter(name: str, expected: list[float]) -> None:
    world = worlds.shop(24)
    model = make_model(name).fit(world, rng=RNG(0))
    shares = signal_shares(model, world, people=9, rng=RNG(0))
    np.testing.assert_allclose(np.nanmean(shares.shares, axis=0), expected, atol=1e-9)


def test_the_same_seed_asks_the_same_people() -> None:
    world = worlds.noisy()
    model = make_model("bpr").fit(world, rng=RNG(0))
    first, second = (signal_shares(model, world, people=6, rng=RNG(5)) for _ in range(2))
    np.testing.assert_array_equal(first.rows, second.rows)
    np.testing.assert_array_equal(first.shares, second.shares)
    assert first.evaluations == second.evaluations <= 6 * 9


class Against(Planted):
    """The same, but item 9 loses 3 whoever asks."""

    def _score(self, histories: Histories) -> NDArray[np.float32]:
        scores = super()._score(histories)
        scores[:, 9] -= 6
        return scores


def test_what_speaks_against_has_a_share_and_keeps_its_sign() -> None:
    shares = signal_shares(Against(), _people(), people=20, rng=RNG(0))
    np.testing.assert_allclose(shares.signed[0], [6, -2.7, 1], atol=1e-6)
    np.testing.assert_allclose(shares.shares[0], np.array([6, 2.7, 1]) / 9.7, atol=1e-6)


def test_one_person_has_no_interval() -> None:
    world = _people()
    with pytest.raises(OptionError, match="no interval"):
        signal_shares(Planted(), world, people=1, rng=RNG(0))
    shares = signal_shares(Planted(), world, people=2, rng=RNG(0))
    names = [f"only {row}" for row in range(20)]
    table = main_parameters(shares, {"name": names}, rng=RNG(0)).filter(pl.col("by") == "name")
    assert table["n"].to_list() == [1] * 6
    assert table["low"].null_count() == 6


def test_exploration_has_the_share_of_the_places_that_a_score_did_not_fill() -> None:
    items = np.array([[0, 1, 2, 3], [0, 1, -1, -1], [-1, -1, -1, -1]], dtype=np.int32)
    explored = np.array([[True, False, False, False], [True, False, True, True], [True] * 4])
    slates = Slates(items, np.zeros((3, 4), np.float32), np.ones((3, 4)), explored)
    table = exploration_shares(slates, {"g": ["a", "b", "b"]}, rng=RNG(0))
    assert table["parameter"].unique().to_list() == [EXPLORATION]
    assert table["value"].to_list() == pytest.approx([3 / 8, 1 / 4, 1 / 2])
    assert table["n"].to_list() == [2, 1, 1]  # who has no list has no share
