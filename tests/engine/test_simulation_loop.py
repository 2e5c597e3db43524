"""The loop: who is shown what, what joins the histories, and that a seed fixes everything."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import polars as pl
import pytest
from polars.testing import assert_frame_equal

from engine.dataset import Dataset, make_dataset
from engine.errors import OptionError, TableError
from engine.histories import Histories
from engine.models.base import Recommender
from engine.models.registry import make_model
from engine.policies.base import Policy
from engine.policies.epsilon_greedy import EpsilonGreedy
from engine.policies.registry import find_policy
from engine.policies.slates import Slates
from engine.simulation.arms import ORACLE, RANDOM, SEARCH, Arm, run_arm, tabulate_arm
from engine.simulation.crowd import Crowd
from engine.simulation.loop import LoopSettings, run_rounds
from engine.simulation.tastes import Tastes, fit_tastes
from engine.simulation.users import UserBehaviour

SETTINGS = LoopSettings(rounds=4, n=5)


@pytest.fixture(scope="module")
def start() -> Dataset:
    """Thirty people, forty items; nobody has had more than a third of them."""
    rng = np.random.default_rng(8)
    users, items = np.nonzero(rng.random((30, 40)) < np.linspace(0.05, 0.33, 40))
    log = pl.DataFrame(
        {
            "user_id": users.astype(str),
            "item_id": items.astype(str),
            "weight": rng.integers(1, 6, len(users)).astype(float),
        }
    )
    return make_dataset("start", log)


@pytest.fixture(scope="module")
def tastes(start: Dataset) -> Tastes:
    return fit_tastes(start, rng=np.random.default_rng(0), profiles=4)


class Remembering(Recommender):
    """Scores items by their row, and keeps what it was fitted on."""

    name = "remembering"

    def __init__(self) -> None:
        self.fits: list[Histories] = []
        self.luck: list[float] = []

    def _fit(self, dataset: Dataset, *, rng: np.random.Generator) -> None:
        self.fits.append(dataset.histories)
        self.luck.append(rng.random())

    def _score(self, histories: Histories) -> np.ndarray:
        return np.tile(np.arange(histories.n_items, dtype=np.float32), (len(histories), 1))


def run(
    start: Dataset,
    tastes: Tastes,
    *,
    model: Recommender | str = "item-knn",
    policy: type[Policy] | str = "epsilon-greedy",
    rate: float = 0.3,
    settings: LoopSettings = SETTINGS,
    seed: int = 1,
    single: bool = False,
) -> pl.DataFrame:
    kind = find_policy(policy) if isinstance(policy, str) else policy
    maker = make_model(model) if isinstance(model, str) else model
    return run_one(
        start, tastes, Arm("one", kind, rate, single), model=maker, settings=settings, seed=seed
    )


def run_one(
    start: Dataset,
    tastes: Tastes,
    arm: Arm,
    *,
    model: Recommender | None = None,
    settings: LoopSettings = SETTINGS,
    seed: int = 1,
) -> pl.DataFrame:
    maker = model or make_model("popularity")
    rounds = list(run_arm(arm, start, settings, model=maker, tastes=tastes, seed=seed))
    return tabulate_arm(arm, rounds, start, model=maker.name, seed=seed)


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
