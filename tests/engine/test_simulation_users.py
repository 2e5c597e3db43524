"""Choices: their chances, their limits, and that luck belongs to person and item."""

from itertools import permutations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.errors import OptionError
from engine.simulation.luck import Luck
from engine.simulation.users import UserBehaviour, choose

DRAWS = 40_000


def choices(
    items: list[int],
    tastes: list[float],
    behaviour: UserBehaviour,
    *,
    size: int = DRAWS,
    luck: int = 5,
) -> np.ndarray:
    """What a crowd of one taste chooses from the same list."""
    lists = np.tile(np.array(items), (size, 1))
    utilities = np.array(tastes)[np.maximum(lists, 0)]
    return choose(lists, utilities, behaviour=behaviour, luck=Luck(luck))


def shares(items: list[int], tastes: list[float], behaviour: UserBehaviour) -> np.ndarray:
    return choices(items, tastes, behaviour).mean(axis=0)


def assert_close(observed: np.ndarray, expected: np.ndarray) -> None:
    """Within four and a half standard errors."""
    assert (abs(observed - expected) < 4.5 * np.sqrt(expected * (1 - expected) / DRAWS)).all()


def test_one_pick_is_a_logit_over_places_tastes_and_leaving() -> None:
    weights = np.exp([0.5, -1.0, 2.0]) / np.log2([2, 3, 4])

    observed = shares([2, 0, 1], [-1.0, 2.0, 0.5], UserBehaviour(picks=1, outside=2.0))
    assert_close(observed, weights / (2.0 + weights.sum()))


def test_two_picks_follow_one_another_until_someone_leaves() -> None:
    weights, outside = np.array([3.0, 1.0, 0.5]), 2.0
    total = outside + weights.sum()
    expected = weights / total
    for first, second in permutations(range(3), 2):
        expected[second] += weights[first] / total * weights[second] / (total - weights[first])

    behaviour = UserBehaviour(picks=2, outside=outside, place_bias=0)
    assert_close(shares([0, 1, 2], np.log(weights).tolist(), behaviour), expected)


def test_a_list_of_ten_average_items_is_left_untouched_half_the_time() -> None:
    observed = choices(list(range(10)), [0.0] * 10, UserBehaviour())
    assert (~observed.any(axis=1)).mean() == pytest.approx(0.5, abs=0.01)


def test_without_an_outside_option_everyone_takes_as_much_as_she_may() -> None:
    behaviour = UserBehaviour(picks=2, outside=0.0)
    for items, expected in (([3, 1, 2, -1], 2), ([3, -1], 1)):
        chosen = choices(items, [0.0] * 4, behaviour, size=50)
        assert (chosen.sum(axis=1) == expected).all()


@given(seed=st.integers(0, 2**32), picks=st.integers(1, 4), n=st.integers(1, 6))
def test_nobody_takes_more_than_she_may_or_what_is_not_there(seed: int, picks: int, n: int) -> None:
    rng = np.random.default_rng(seed)
    items = np.argsort(rng.random((5, 8)), axis=1)[:, :n]
    items[rng.random(items.shape) < 0.3] = -1
    behaviour = UserBehaviour(picks=picks, outside=0.5)

    chosen = choose(items, rng.normal(size=items.shape), behaviour=behaviour, luck=Luck(seed))
    assert chosen.shape == items.shape
    assert (chosen.sum(axis=1) <= picks).all()
    assert not chosen[items < 0].any()


def test_luck_belongs_to_person_and_item_not_to_the_list() -> None:
    rng = np.random.default_rng(2)
    tastes = rng.normal(size=(500, 12))
    behaviour = UserBehaviour(picks=1, outside=0.0, place_bias=0)
    few, many = np.arange(4), np.arange(12)[::-1]

    from_few, from_many = (
        items[
            choose(
                np.tile(items, (500, 1)), tastes[:, items], behaviour=behaviour, luck=Luck(9)
            ).argmax(axis=1)
        ]
        for items in (few, many)
    )
    # Whoever takes one of the few from the long list takes the same one from the short list.
    among = np.isin(from_many, few)
    assert among.any()
    assert np.array_equal(from_few[among], from_many[among])


@pytest.mark.parametrize(
    "wrong",
    [
        *({"picks": 0}, {"outside": -1.0}, {"place_bias": -0.5}, {"outside": np.inf}),
        *({"adoption": 1.1}, {"drift": -0.1}, {"boredom": 1}, {"visits": "daily"}),
    ],
)
def test_behaviour_outside_its_range_is_named(wrong: dict[str, object]) -> None:
    with pytest.raises(OptionError, match="give|choose"):
        UserBehaviour(**wrong)  # type: ignore[arg-type]
