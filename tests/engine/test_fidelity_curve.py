"""Curves of removal, and the people who are strangers to a model."""

import numpy as np
import pytest
from sklearn.model_selection import train_test_split

from engine.dataset import Dataset
from engine.errors import OptionError
from engine.explanations.fidelity_curve import drawn_people, removal_curves
from engine.histories import Histories
from engine.protocols import strangers
from tests import worlds
from tests.engine.test_fidelity import BACKGROUND, N_ITEMS, RNG, WORLD, Ladder
from tests.quick import make_model


def test_curves_start_at_the_whole_and_the_reasons_fall_first() -> None:
    people = Histories.from_lists([list(range(10))] * 30, n_items=N_ITEMS)
    found = removal_curves(Ladder(), people, background=BACKGROUND, rng=RNG(0))
    assert (found.people, found.method) == (30, "exact")
    for order in ("first", "random", "last"):
        assert found.at(order, 0.0)["value"] == 1
        assert found.at(order, 1.0)["value"] == 0
    assert found.at("first", 0.2)["value"] == pytest.approx(36 / 55)
    assert found.at("last", 0.2)["value"] == pytest.approx(52 / 55)
    drawn = found.at("random", 0.5)
    assert drawn["low"] <= drawn["value"] <= drawn["high"]
    assert found.at("first", 0.5)["high"] < drawn["low"]


def test_a_history_that_gives_nothing_has_no_curve() -> None:
    model = make_model("popularity").fit(WORLD, rng=RNG(0))
    people = drawn_people(
        Histories.from_lists([list(range(12)), list(range(8, 20))], n_items=N_ITEMS),
        5,
        rng=RNG(0),
    )
    assert not removal_curves(model, people, background=BACKGROUND, rng=RNG(0)).curves.height
    with pytest.raises(OptionError, match="1 people have 10 items or more"):
        drawn_people(Histories.from_lists([list(range(12)), [1]], n_items=N_ITEMS), 5, rng=RNG(0))


def starred() -> Dataset:
    rng = RNG(5)
    stars = (rng.random((40, 30)) < 0.6) * rng.integers(1, 6, size=(40, 30))
    return worlds.dataset_from(stars)


def test_strangers_are_cut_as_the_published_code_cuts_them() -> None:
    parts = strangers(starred())
    n = parts.train.n_users + len(
        train_test_split(np.arange(40), test_size=0.2, random_state=42)[1]
    )
    assert n == 40
    _, away = train_test_split(np.arange(40), test_size=0.2, random_state=42)
    assert not set(parts.train.user_ids) & {str(row) for row in away}
    assert (parts.train.interactions["weight"] > 3.5).all()
    assert parts.histories.lengths.min() >= 5
    assert parts.histories.n_items == parts.train.n_items
    assert set(parts.train.interactions["user_id"]) <= set(parts.train.user_ids)


def test_people_who_all_weigh_the_same_keep_everything() -> None:
    world = worlds.dataset_from((RNG(5).random((40, 30)) < 0.6).astype(float))
    parts = strangers(world)
    kept = len(parts.train.histories.items) + len(parts.histories.items)
    assert kept == len(world.histories.items)
