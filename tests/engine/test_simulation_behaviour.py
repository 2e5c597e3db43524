"""What people do beside reading lists: search, drift, come and go; and how models learn."""

from dataclasses import replace

import numpy as np
import polars as pl
import pytest
from polars.testing import assert_frame_equal

from engine.dataset import Dataset
from engine.histories import Histories
from engine.models.registry import make_model
from engine.policies.epsilon_greedy import EpsilonGreedy
from engine.policies.slates import Slates
from engine.simulation.arms import ORACLE, RANDOM, Arm
from engine.simulation.crowd import Crowd
from engine.simulation.loop import LoopSettings
from engine.simulation.tastes import Tastes
from engine.simulation.users import UserBehaviour
from tests.small_loops import SETTINGS, Remembering, run, run_one, small_start, small_tastes


@pytest.fixture(scope="module")
def start() -> Dataset:
    return small_start()


@pytest.fixture(scope="module")
def tastes(start: Dataset) -> Tastes:
    return small_tastes(start)


def behaving(**how: object) -> LoopSettings:
    return replace(SETTINGS, behaviour=UserBehaviour(**how))  # type: ignore[arg-type]


def test_an_arm_trained_once_is_fitted_once(start: Dataset, tastes: Tastes) -> None:
    model = Remembering()
    run(start, tastes, model=model, single=True)
    assert len(model.fits) == 1


def test_learning_by_updates_ends_where_refits_end(start: Dataset, tastes: Tastes) -> None:
    """Popularity reaches the same counts either way, so the lists cannot differ."""
    updated = run(start, tastes, model="popularity", settings=replace(SETTINGS, incremental=True))
    assert_frame_equal(updated, run(start, tastes, model="popularity"), check_exact=True)


def test_a_model_with_an_update_is_fitted_once_and_learns_each_choice_once(
    start: Dataset, tastes: Tastes
) -> None:
    class Updating(Remembering):
        def _update(self, before: Dataset, after: Dataset) -> None:
            learned.append(len(after.histories.items) - len(before.histories.items))

    learned: list[int] = []
    model = Updating()
    settings = replace(SETTINGS, incremental=True)
    feedback = run(start, tastes, model=model, settings=settings)
    clicks = feedback.group_by("round").agg(pl.col("clicked").sum()).sort("round")["clicked"]

    assert len(model.fits) == 1
    assert learned == clicks.head(SETTINGS.rounds - 1).to_list()


def test_where_nobody_follows_all_lists_are_search_and_arms_are_one(
    start: Dataset, tastes: Tastes
) -> None:
    ignoring = behaving(adoption=0.0)
    ours, random = (
        run_one(start, tastes, arm, settings=ignoring, model=make_model("item-knn"))
        for arm in (Arm("one", EpsilonGreedy, 0.3), RANDOM)
    )
    told = ["model", "policy", "rate", "arm"]
    assert not ours["followed"].any()
    assert_frame_equal(ours.drop(told), random.drop(told), check_exact=True)


def test_as_many_follow_as_adoption_says(start: Dataset, tastes: Tastes) -> None:
    settings = replace(behaving(adoption=0.7), rounds=40)
    feedback = run(start, tastes, model="popularity", settings=settings)
    share = feedback.unique(["user_id", "round"])["followed"].mean()
    assert share == pytest.approx(0.7, abs=4.5 * np.sqrt(0.21 / 1200))


def test_people_come_by_the_length_of_their_history(start: Dataset, tastes: Tastes) -> None:
    rounds = 60
    settings = replace(behaving(visits="logged"), rounds=rounds)
    came = (
        run_one(start, tastes, RANDOM, settings=settings)
        .group_by("user_id")
        .agg(pl.col("round").n_unique())
    )
    lengths = start.interactions.group_by("user_id").len()
    often = np.percentile(start.histories.lengths, 90)
    for _, visits, length in came.join(lengths, on="user_id").iter_rows():
        chance = min(length / often, 1.0)
        error = 4.5 * np.sqrt(chance * (1 - chance) * rounds)
        # Whoever has had everything is shown nothing any more.
        assert visits <= rounds * chance + error
    assert came["round"].min() < rounds < 2 * came["round"].max()


def test_tastes_that_drift_make_choices_more_like_earlier_ones(start: Dataset) -> None:
    flat = Tastes(np.full((start.n_users, 2), 20.0), np.repeat(np.eye(2), 20, axis=1) / 20)
    halves = {}
    for drift in (0.0, 0.9):
        settings = replace(behaving(drift=drift, outside=0.0), rounds=6)
        found = run_one(start, flat, RANDOM, settings=settings).filter(pl.col("clicked"))
        half = pl.col("item_id").cast(pl.Int64) < 20
        shares = found.group_by("user_id").agg(half.mean().alias("share"))["share"]
        halves[drift] = (shares - 0.5).abs().mean()
    assert halves[0.9] > halves[0.0] + 0.1


def test_who_only_meets_one_category_is_bored_and_gone(start: Dataset, tastes: Tastes) -> None:
    one = replace(start, items=start.items.with_columns(categories=pl.lit(["x"])))
    feedback = run_one(one, tastes, RANDOM, settings=behaving(boredom=3, outside=0.0))
    chosen = feedback.filter(pl.col("clicked")).group_by("user_id", "round").len()

    # Two choices a round: the third comes in the second round, and nobody is there for a third.
    assert set(chosen["round"]) == {1, 2}
    bare = run_one(start, tastes, RANDOM, settings=behaving(boredom=3, outside=0.0))
    assert set(bare["round"]) == {1, 2, 3, 4}


def test_boredom_looks_at_the_last_choices_alone() -> None:
    """Three items x, then two of y: never three of one kind in a row for picks of one."""
    crowd = Crowd.gather(
        Histories.empty(1, n_items=6),
        Tastes.from_utilities(np.zeros((1, 6))),
        behaviour=UserBehaviour(boredom=3),
    )
    kinds = np.array([[1, 0], [1, 0], [1, 0], [0, 1], [0, 1], [0, 1]], dtype=bool)

    def after(crowd: Crowd, *items: int) -> Crowd:
        shown = np.array([items], dtype=np.int32)
        slates = Slates(shown, shown.astype(np.float32), shown * 1.0, shown > 9)
        return crowd.after(
            slates, shown >= 0, behaviour=UserBehaviour(boredom=3), weight=1.0, categories=kinds
        )

    mixed = after(after(crowd, 0, 1), 3, 2)
    assert mixed.recent.tolist() == [[2, 3, 1]]
    assert mixed.present.tolist() == [True]
    assert after(after(mixed, 0), 1).present.tolist() == [False]


def test_late_items_come_evenly_and_without_a_past(start: Dataset, tastes: Tastes) -> None:
    settings = replace(SETTINGS, late=0.5, n=20, rounds=5)
    feedback = run_one(start, tastes, RANDOM, settings=settings)
    first = feedback.group_by("item_id").agg(pl.col("round").min())["round"]
    counts = first.value_counts().sort("round")["count"].to_list()

    assert counts == [20, 5, 5, 5, 5]
    model = Remembering()
    run(start, tastes, model=model, settings=replace(settings, n=5))
    late = set(feedback.filter(pl.col("round") > 1)["item_id"]) - set(
        feedback.filter(pl.col("round") == 1)["item_id"]
    )
    had = {start.item_ids[item] for item in model.fits[0].items}
    assert late
    assert not late & had


def test_the_oracle_shows_the_best_and_random_shows_all_alike(start: Dataset) -> None:
    rng = np.random.default_rng(3)
    tastes = Tastes.from_utilities(rng.normal(size=(30, 40)))
    one = LoopSettings(rounds=1, n=4)
    oracle = run_one(start, tastes, ORACLE, settings=one)
    open_to = np.where(start.histories.seen(), -np.inf, np.log(tastes.appeals()))
    best = np.sort(open_to, axis=1)[:, ::-1][:, :4]
    np.testing.assert_allclose(oracle["utility"].to_numpy().reshape(30, 4), best)

    random = run_one(start, tastes, RANDOM, settings=one)
    left = 40 - np.repeat(start.histories.lengths, 4) - np.tile(np.arange(4), 30)
    np.testing.assert_allclose(random["propensity"], 1 / left)
