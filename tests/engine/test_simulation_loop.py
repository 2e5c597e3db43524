"""The loop: who is shown what, what joins the histories, and that a seed fixes everything."""

from collections.abc import Sequence

import numpy as np
import polars as pl
import pytest
from polars.testing import assert_frame_equal

from engine.dataset import Dataset, make_dataset
from engine.errors import OptionError, TableError
from engine.models.registry import make_model
from engine.policies.epsilon_greedy import EpsilonGreedy
from engine.policies.slates import Slates
from engine.simulation.arms import ORACLE, RANDOM, SEARCH, Arm
from engine.simulation.crowd import Crowd
from engine.simulation.loop import LoopSettings, run_rounds
from engine.simulation.tastes import Tastes
from engine.simulation.users import UserBehaviour
from tests.small_loops import SETTINGS, Remembering, run, run_one, small_start, small_tastes


@pytest.fixture(scope="module")
def start() -> Dataset:
    return small_start()


@pytest.fixture(scope="module")
def tastes(start: Dataset) -> Tastes:
    return small_tastes(start)


def pairs(table: pl.DataFrame) -> set[tuple[str, str]]:
    return set(table.select("user_id", "item_id").iter_rows())


def test_the_feedback_table_has_a_list_for_everyone_in_every_round(
    start: Dataset, tastes: Tastes
) -> None:
    feedback = run(start, tastes)
    ranks = feedback.group_by("round", "user_id").agg(pl.col("rank"))

    assert feedback.columns == [
        *("user_id", "item_id", "rank", "score", "propensity", "round", "clicked"),
        *("utility", "followed", "model", "policy", "rate", "seed", "arm"),
    ]
    assert ranks.height == SETTINGS.rounds * start.n_users
    assert (ranks["rank"] == pl.Series([list(range(1, 6))])).all()
    assert feedback.select("model", "policy", "rate", "seed").unique().row(0) == (
        "item-knn",
        "epsilon-greedy",
        0.3,
        1,
    )


@pytest.mark.parametrize("arm", [Arm("one", EpsilonGreedy, 0.3), SEARCH, ORACLE, RANDOM])
def test_nobody_is_shown_what_she_has(start: Dataset, tastes: Tastes, arm: Arm) -> None:
    feedback = run_one(start, tastes, arm, model=make_model("item-knn"))
    had = pairs(start.interactions)
    for index in range(1, SETTINGS.rounds + 1):
        shown = feedback.filter(pl.col("round") == index)
        assert not pairs(shown) & had
        had |= pairs(shown.filter(pl.col("clicked")))
    assert len(had) > start.interactions.height


def test_choices_join_the_histories_the_model_learns_from(start: Dataset, tastes: Tastes) -> None:
    model = Remembering()
    feedback = run(start, tastes, model=model)

    assert len(model.fits) == SETTINGS.rounds
    for index, histories in enumerate(model.fits):
        chosen = feedback.filter(pl.col("clicked") & (pl.col("round") <= index))
        learned = {
            (start.user_ids[user], start.item_ids[item])
            for user, item in zip(histories.rows, histories.items, strict=True)
        }
        assert learned == pairs(start.interactions) | pairs(chosen)


def test_histories_only_grow_at_the_end_by_typical_weights(start: Dataset, tastes: Tastes) -> None:
    model = Remembering()
    run(start, tastes, model=model)
    before, after = model.fits[0], model.fits[-1]

    assert len(after.items) > len(before.items)
    for row in range(len(before)):
        length = len(before.items_of(row))
        assert np.array_equal(after.items_of(row)[:length], before.items_of(row))
        assert np.array_equal(after.weights_of(row)[:length], before.weights_of(row))
        assert (after.weights_of(row)[length:] == np.median(before.weights)).all()


@pytest.mark.parametrize(("every", "fits"), [(1, 4), (2, 2), (3, 2), (4, 1)])
def test_the_model_is_fitted_when_it_is_due(
    start: Dataset, tastes: Tastes, every: int, fits: int
) -> None:
    model = Remembering()
    run(start, tastes, model=model, settings=LoopSettings(rounds=4, n=5, refit_every=every))

    assert len(model.fits) == fits


def test_the_same_seed_gives_the_same_bits(start: Dataset, tastes: Tastes) -> None:
    assert_frame_equal(run(start, tastes), run(start, tastes), check_exact=True)


def test_another_seed_gives_other_choices_from_the_same_lists(
    start: Dataset, tastes: Tastes
) -> None:
    first, second = (run(start, tastes, rate=0, seed=seed).head(150) for seed in (1, 2))

    assert first["item_id"].equals(second["item_id"])
    assert not first["clicked"].equals(second["clicked"])


def test_rate_0_is_the_greedy_policy(start: Dataset, tastes: Tastes) -> None:
    epsilon = run(start, tastes, rate=0)
    greedy = run(start, tastes, policy="greedy", rate=0)

    assert_frame_equal(epsilon.drop("policy"), greedy.drop("policy"), check_exact=True)


def test_a_longer_run_begins_like_a_short_one(start: Dataset, tastes: Tastes) -> None:
    longer = run(start, tastes, settings=LoopSettings(rounds=6, n=5))

    assert_frame_equal(longer.filter(pl.col("round") <= 4), run(start, tastes), check_exact=True)


def test_what_a_model_draws_does_not_shift_choices_or_policy(
    start: Dataset, tastes: Tastes
) -> None:
    class Wasteful(Remembering):
        def _fit(self, dataset: Dataset, *, rng: np.random.Generator) -> None:
            rng.random(1000)
            super()._fit(dataset, rng=rng)

    thrifty, wasteful = (run(start, tastes, model=model) for model in (Remembering(), Wasteful()))
    assert_frame_equal(thrifty, wasteful, check_exact=True)


def test_what_a_policy_draws_in_one_round_does_not_shift_the_next(
    start: Dataset, tastes: Tastes
) -> None:
    class Wasteful(EpsilonGreedy):
        def _choose(
            self,
            scores: np.ndarray,
            eligible: np.ndarray,
            *,
            n: int,
            rate: float,
            rng: np.random.Generator,
        ) -> Slates:
            slates = super()._choose(scores, eligible, n=n, rate=rate, rng=rng)
            rng.random(1000)
            return slates

    thrifty, wasteful = (run(start, tastes, policy=policy) for policy in (EpsilonGreedy, Wasteful))
    assert_frame_equal(thrifty, wasteful, check_exact=True)


def test_the_policy_knows_the_histories_of_its_round(start: Dataset, tastes: Tastes) -> None:
    known: list[int] = []

    class Watching(EpsilonGreedy):
        def _choose(
            self,
            scores: np.ndarray,
            eligible: np.ndarray,
            *,
            n: int,
            rate: float,
            rng: np.random.Generator,
        ) -> Slates:
            context = self.context
            assert context.popularity.sum() == len(context.histories.items)
            known.append(len(context.histories.items))
            return super()._choose(scores, eligible, n=n, rate=rate, rng=rng)

    feedback = run(start, tastes, policy=Watching)
    clicks = feedback.group_by("round").agg(pl.col("clicked").sum()).sort("round")["clicked"]
    before = len(start.histories.items) + np.append(0, np.cumsum(clicks))
    assert known == before[: SETTINGS.rounds].tolist()


def test_every_fit_has_luck_of_its_own(start: Dataset, tastes: Tastes) -> None:
    model = Remembering()
    run(start, tastes, model=model)

    assert len(set(model.luck)) == SETTINGS.rounds


def test_people_who_have_everything_are_shown_nothing() -> None:
    full = make_dataset(
        "full", pl.DataFrame({"user_id": ["a", "a", "b"], "item_id": ["x", "y", "x"]})
    )
    feedback = run(
        full,
        Tastes.from_utilities(np.zeros((2, 2))),
        model="popularity",
        settings=LoopSettings(rounds=3, n=2, behaviour=UserBehaviour(outside=0)),
    )
    assert feedback.select("user_id", "item_id", "round").rows() == [("b", "y", 1)]


def test_search_finds_items_as_often_as_people_like_them() -> None:
    size = 20_000
    chances = np.array([0.5, 0.3, 0.2])
    people = make_dataset(
        "new",
        pl.DataFrame({"user_id": ["0"], "item_id": ["0"]}),
        users=pl.DataFrame({"user_id": [str(user) for user in range(size)]}),
        items=pl.DataFrame({"item_id": ["0", "1", "2"]}),
    )
    tastes = Tastes.from_utilities(np.tile(np.log(chances), (size, 1)))
    found = run_one(people, tastes, SEARCH, settings=LoopSettings(rounds=1, n=2), seed=4)
    lists = found.group_by("user_id").agg(
        pl.col("item_id").sort_by("rank").str.join(), pl.col("propensity").product()
    )
    seen = (
        lists.filter(pl.col("user_id") != "0")
        .group_by("item_id")
        .agg(pl.len(), pl.col("propensity").first())
    )

    for pair, count, propensity in seen.iter_rows():
        first, second = (chances[int(item)] for item in pair)
        assert propensity == pytest.approx(first * second / (1 - first), rel=1e-5)
        assert count / size == pytest.approx(propensity, abs=4.5 * np.sqrt(0.25 / size))
    assert seen.height == 6
    assert lists.filter(pl.col("user_id") == "0")["item_id"][0] in {"12", "21"}


def test_the_seed_decides_what_a_search_finds(start: Dataset, tastes: Tastes) -> None:
    first, again, other = (
        run_one(start, tastes, SEARCH, seed=seed)["item_id"] for seed in (1, 1, 2)
    )
    assert first.equals(again)
    assert not first.head(150).equals(other.head(150))


def _nothing(crowd: Crowd, index: int) -> Slates:
    raise AssertionError((crowd, index))


@pytest.mark.parametrize("shape", [(30, 39), (29, 40)])
def test_tastes_of_another_world_are_refused(start: Dataset, shape: Sequence[int]) -> None:
    foreign = Tastes.from_utilities(np.zeros(shape))
    with pytest.raises(TableError, match="fit them on the same users and catalogue"):
        next(run_rounds(start, SETTINGS, show=_nothing, tastes=foreign, seed=1))


@pytest.mark.parametrize(
    "wrong", [{"rounds": 0}, {"n": 0}, {"refit_every": 0}, {"late": 1.0}, {"late": -0.1}]
)
def test_settings_outside_their_range_are_named(wrong: dict[str, float]) -> None:
    with pytest.raises(OptionError, match="give (a number|numbers) from"):
        LoopSettings(**wrong)  # type: ignore[arg-type]


def test_a_list_longer_than_the_catalogue_is_refused(start: Dataset, tastes: Tastes) -> None:
    settings = LoopSettings(rounds=1, n=41)
    with pytest.raises(OptionError, match="the catalogue holds 40 items"):
        run_one(start, tastes, SEARCH, settings=settings)
    with pytest.raises(OptionError, match="the catalogue holds 40 items"):
        run(start, tastes, settings=settings)
