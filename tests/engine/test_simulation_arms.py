"""Comparisons: arms of a seed share their world, and differ by their lists alone."""

import numpy as np
import polars as pl
import pytest
from polars.testing import assert_frame_equal

from engine.dataset import Dataset, make_dataset
from engine.errors import OptionError, UnknownNameError
from engine.models.registry import make_model
from engine.policies.registry import find_policy
from engine.simulation.arms import SEARCH, Arm, compare, find_arms, rate_arms
from engine.simulation.loop import LoopSettings
from engine.simulation.tastes import Tastes

EPSILON = find_policy("epsilon-greedy")
SETTINGS = LoopSettings(rounds=3, n=4)


@pytest.fixture(scope="module")
def start() -> Dataset:
    users, items = np.nonzero(np.random.default_rng(8).random((20, 25)) < 0.2)
    return make_dataset(
        "start", pl.DataFrame({"user_id": users.astype(str), "item_id": items.astype(str)})
    )


class Worlds:
    """Draws tastes, and remembers them."""

    def __init__(self) -> None:
        self.drawn: list[Tastes] = []

    def __call__(self, *, rng: np.random.Generator) -> Tastes:
        self.drawn.append(Tastes.from_utilities(rng.normal(size=(20, 25))))
        return self.drawn[-1]


def compared(start: Dataset, *arms: Arm, seeds: tuple[int, ...] = (1, 2)) -> pl.DataFrame:
    return pl.concat(
        compare(
            start,
            arms,
            model=make_model("item-knn"),
            tastes=Worlds(),
            seeds=seeds,
            settings=SETTINGS,
        )
    )


def test_equal_arms_give_equal_tables(start: Dataset) -> None:
    feedback = compared(start, Arm("one", EPSILON, 0.4), SEARCH, Arm("two", EPSILON, 0.4))
    one, two = (feedback.filter(pl.col("arm") == name).drop("arm") for name in ("one", "two"))
    assert_frame_equal(one, two, check_exact=True)


def test_where_two_rates_show_the_same_lists_people_choose_the_same(start: Dataset) -> None:
    feedback = compared(start, *rate_arms(EPSILON, [0, 0.1])).filter(pl.col("round") == 1)
    lists = feedback.group_by("arm", "seed", "user_id").agg(
        pl.col("item_id", "clicked").sort_by("rank")
    )
    first, second = (lists.filter(pl.col("arm") == arm) for arm in ("rate 0", "rate 0.1"))
    same = first.join(second, on=["seed", "user_id", "item_id"])

    assert 0 < same.height < first.height
    assert (same["clicked"] == same["clicked_right"]).all()


def test_each_seed_draws_one_world_for_all_arms(start: Dataset) -> None:
    worlds = Worlds()
    arms = rate_arms(EPSILON, [0, 0.5])
    feedback = pl.concat(
        compare(
            start,
            arms,
            model=make_model("popularity"),
            tastes=worlds,
            seeds=[3, 5, 9],
            settings=SETTINGS,
        )
    )
    assert len(worlds.drawn) == 3
    assert len({world.people.tobytes() for world in worlds.drawn}) == 3
    assert feedback.select("seed", "arm").unique(maintain_order=True).rows() == [
        (seed, arm.name) for seed in (3, 5, 9) for arm in arms
    ]


def test_search_has_no_model_and_no_rate(start: Dataset) -> None:
    search = compared(start, SEARCH)

    assert search.select("model", "policy", "rate", "arm").unique().rows() == [
        (None, "search", None, "search")
    ]


@pytest.mark.parametrize(
    ("arms", "seeds"), [((), (1,)), ((SEARCH,), ()), ((SEARCH, SEARCH), (1,)), ((SEARCH,), (1, 1))]
)
def test_arms_and_seeds_are_there_and_differ(
    start: Dataset, arms: tuple[Arm, ...], seeds: tuple[int, ...]
) -> None:
    with pytest.raises(OptionError, match="at least one"):
        compared(start, *arms, seeds=seeds)


@pytest.mark.parametrize(("policy", "rate"), [("greedy", 0.1), ("epsilon-greedy", 1.5)])
def test_an_arm_refuses_a_rate_its_policy_cannot_take(policy: str, rate: float) -> None:
    with pytest.raises(OptionError):
        rate_arms(find_policy(policy), [rate])


def test_arms_are_found_by_name() -> None:
    found = find_arms(["oracle", "single", "random"], policy=EPSILON)
    assert [(arm.name, arm.policy, arm.single) for arm in found] == [
        ("oracle", None, False),
        ("rate 0, trained once", EPSILON, True),
        ("random", None, False),
    ]
    with pytest.raises(UnknownNameError, match="no arm bubble; choose among search, oracle"):
        find_arms(["bubble"], policy=EPSILON)
