"""UserKNN against answers worked out by hand."""

import numpy as np
import pytest

from engine.errors import OptionError
from engine.histories import Histories
from engine.models import user_knn
from engine.models.user_knn import UserKNN
from tests import worlds

RNG = np.random.default_rng(0)
# Person 0 has a b c, person 1 has a d, person 2 has d e.
THREE = worlds.dataset_from(np.array([[1, 5, 1, 0, 0], [2, 0, 0, 1, 0], [0, 0, 0, 1, 4]]))


def score(model: UserKNN, *history: int) -> np.ndarray:
    return model.fit(THREE, rng=RNG).score(Histories.from_lists([history], n_items=5))[0]


def test_the_score_is_the_summed_similarity_of_those_who_have_the_item() -> None:
    near, half = 2 / (2 * 3) ** 0.5, 1 / 2
    np.testing.assert_allclose(
        score(UserKNN(k=3, shrink=0), 0, 1), [near + half, near, near, half, 0], rtol=1e-6
    )


def test_shrinking_adds_to_the_denominator() -> None:
    near, half = 2 / (6**0.5 + 3), 1 / (2 + 3)
    np.testing.assert_allclose(
        score(UserKNN(k=3, shrink=3), 0, 1), [near + half, near, near, half, 0], rtol=1e-6
    )


def test_only_the_nearest_people_have_a_say_and_ties_go_to_the_lower_row() -> None:
    np.testing.assert_allclose(score(UserKNN(k=1, shrink=0), 3), [2**-0.5, 0, 0, 2**-0.5, 0])


def test_blocks_do_not_show(monkeypatch: pytest.MonkeyPatch) -> None:
    world = worlds.noisy()
    whole = UserKNN(k=4).fit(world, rng=RNG).score(world.histories)
    monkeypatch.setattr(user_knn, "_CELLS", 100)
    np.testing.assert_array_equal(UserKNN(k=4).fit(world, rng=RNG).score(world.histories), whole)


@pytest.mark.parametrize("model", [UserKNN(k=0), UserKNN(shrink=-1)])
def test_refuses_settings_outside_their_range(model: UserKNN) -> None:
    with pytest.raises(OptionError, match="user-knn"):
        model.fit(THREE, rng=RNG)
