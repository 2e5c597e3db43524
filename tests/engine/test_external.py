"""Models of others: found by import path, checked at every answer."""

import numpy as np
import pytest

from engine.errors import CapabilityError, OptionError, TableError, UnknownNameError
from engine.models.external import External
from engine.models.registry import make_model
from tests import worlds
from tests.outsiders import Own

WORLD = worlds.noisy()


def scores(name: str) -> np.ndarray:
    model = make_model(name).fit(WORLD, rng=np.random.default_rng(0))
    return model.score(WORLD.histories)


def test_a_function_gets_histories_and_a_class_the_training_data_first() -> None:
    assert scores("tests.outsiders:a_list")[3].tolist() == list(range(27))
    has = WORLD.histories.seen().astype(float)
    np.testing.assert_array_equal(scores("tests.outsiders:Together"), has @ (has.T @ has))


def test_a_recommender_of_the_houses_kind_is_taken_as_it_is() -> None:
    assert isinstance(make_model("tests.outsiders:Own"), Own)


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("nowhere.module:score", "cannot import the model nowhere.module:score: No module named"),
        ("tests.outsiders:Nobody", "has no attribute 'Nobody'"),
        ("tests.outsiders:", "cannot import"),
        (":score", "cannot import"),
        ("lists.csv", "lists.csv holds lists and no model.*audit --recommendations lists.csv"),
        ("tests.outsiders:NOT_CALLABLE", "is a int, not a function or class"),
    ],
)
def test_a_path_that_leads_nowhere_is_told_before_anything_is_fitted(
    name: str, message: str
) -> None:
    with pytest.raises(UnknownNameError, match=message):
        make_model(name)


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("one_row", "scores of shape 27; return 30 × 27"),
        ("none_finite", "gave item row 0 the score nan for history 0"),
        ("words", "gave no table of numbers .*30 × 27"),
    ],
)
def test_an_answer_that_is_no_table_of_scores_is_named(name: str, message: str) -> None:
    with pytest.raises(TableError, match=f"tests.outsiders:{name} .*{message}|{message}"):
        scores(f"tests.outsiders:{name}")


def test_what_nobody_can_look_into_cannot_be_updated() -> None:
    model = External("tests.outsiders:a_list").fit(WORLD, rng=np.random.default_rng(0))
    with pytest.raises(CapabilityError, match="tests.outsiders:a_list cannot learn from new"):
        model.update(WORLD, WORLD.interactions.clear())


def test_only_hybrids_take_members() -> None:
    with pytest.raises(OptionError, match="popularity takes no members"):
        make_model("popularity:ease")
