"""What-if: the edit that was asked for, and lists the model itself would give."""

import numpy as np
import polars as pl
import pytest
from numpy.typing import NDArray

from engine.dataset import Dataset
from engine.errors import OptionError
from engine.explanations.attribution import explain
from engine.explanations.what_if import Edit, edit_history, what_if
from engine.histories import Histories
from engine.models.base import Capabilities, Recommender
from engine.ranking import top_n
from tests import worlds
from tests.quick import make_model

RNG = np.random.default_rng
WORLD = worlds.noisy()
EASE = make_model("ease").fit(WORLD, rng=RNG(2))
HISTORY = WORLD.histories.take([3])


class ByGender(Recommender):
    """Women get the catalogue from the end, everyone else from the start."""

    name = "by-gender"
    capabilities = Capabilities(uses_attributes=True)
    n_items_ = 4

    def _fit(self, dataset: Dataset, *, rng: np.random.Generator) -> None: ...

    def _score(self, histories: Histories) -> NDArray[np.float32]:
        women = (histories.attributes["gender"] == "F").fill_null(False).to_numpy()
        return np.where(women[:, None], np.arange(4.0), -np.arange(4.0)).astype(np.float32)


def test_dropping_from_a_linear_model_takes_away_the_contribution() -> None:
    target = int(top_n(EASE.score(HISTORY), ~HISTORY.seen(), n=1)[0, 0])
    parts = explain(EASE, HISTORY, target)
    found = what_if(EASE, HISTORY, Edit(drop=(int(HISTORY.items[2]),)))
    lost = found.scores_before[target] - found.scores_after[target]
    assert lost == pytest.approx(parts.contributions[2], abs=1e-6)


def test_lists_are_the_models_own_and_hold_nothing_of_either_history() -> None:
    edit = Edit(drop=tuple(HISTORY.items[:3].tolist()), add=(25, 26))
    found = what_if(EASE, HISTORY, edit, n=6)
    allowed = ~(HISTORY.seen() | found.edited.seen())
    for rows, history in ((found.before, HISTORY), (found.after, found.edited)):
        np.testing.assert_array_equal(rows, top_n(EASE.score(history), allowed, n=6)[0])
    assert set(found.entered) == set(found.after) - set(found.before)
    assert set(found.left) == set(found.before) - set(found.after)
    assert found.moved == (found.before != found.after).sum()


def test_an_edit_is_made_as_it_is_asked_for() -> None:
    history = Histories.from_lists([[5, 1, 8]], n_items=10, weights=[[1.0, 4.0, 5.0]])
    edited = edit_history(history, Edit(drop=(5,), add=(0, 9), weights=((8, 2.0),)))
    assert edited.items.tolist() == [1, 8, 0, 9]
    assert edited.weights.tolist() == [4.0, 2.0, 4.0, 4.0]
    assert history.weights.tolist() == [1.0, 4.0, 5.0]


def test_an_empty_edit_changes_nothing() -> None:
    found = what_if(EASE, HISTORY, Edit())
    assert Edit().is_empty
    assert found.moved == 0
    assert found.entered == found.left == ()


def test_another_attribute_is_the_test_of_the_same_list() -> None:
    man = Histories(
        np.array([0, 0]),
        np.zeros(0, np.int32),
        np.zeros(0, np.float32),
        4,
        pl.DataFrame({"user_id": ["u"], "gender": ["M"]}),
    )
    found = what_if(ByGender(), man, Edit(attributes=(("gender", "F"),)), n=4)
    assert found.before.tolist() == found.after[::-1].tolist() == [0, 1, 2, 3]
    unknown = what_if(ByGender(), man, Edit(attributes=(("gender", None),)), n=4)
    assert unknown.moved == 0


@pytest.mark.parametrize(
    ("edit", "message"),
    [
        (Edit(drop=(26,)), "row 26 is not in the history"),
        (Edit(weights=((26, 1.0),)), "row 26 is not in the history"),
        (Edit(add=(27,)), "row 27 cannot be added"),
        (Edit(add=(int(HISTORY.items[0]),)), "cannot be added"),
        (Edit(attributes=(("shoe_size", 40),)), "no attribute shoe_size"),
    ],
)
def test_refuses_an_edit_that_cannot_be_made(edit: Edit, message: str) -> None:
    with pytest.raises(OptionError, match=message):
        edit_history(HISTORY, edit)
