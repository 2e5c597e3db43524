"""The loop: who is shown what, what joins the histories, and that a seed fixes everything."""

from collections.abc import Callable, Sequence

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
from engine.simulation.loop import LoopSettings, run_rounds, simulate
from engine.simulation.search import simulate_search
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
    progress: Callable[[int], None] | None = None,
) -> pl.DataFrame:
    return simulate(
        start,
        settings,
        model=make_model(model) if isinstance(model, str) else model,
        policy=find_policy(policy) if isinstance(policy, str) else policy,
        rate=rate,
        tastes=tastes,
        seed=seed,
        progress=progress,
    )


def pairs(table: pl.DataFrame) -> set[tuple[str, str]]:
    return set(table.select("user_id", "item_id").iter_rows())


def test_the_feedback_table_has_a_list_for_everyone_in_every_round(
    start: Dataset, tastes: Tastes
) -> None:
    feedback = run(start, tastes)
    ranks = feedback.group_by("round", "user_id").agg(pl.col("rank"))

    assert feedback.columns == [
        *("user_id", "item_id", "rank", "score", "propensity", "round", "clicked"),
        *("model", "policy", "rate", "seed"),
    ]
    assert ranks.height == SETTINGS.rounds * start.n_users
    assert (ranks["rank"] == pl.Series([list(range(1, 6))])).all()
    assert feedback.select("model", "policy", "rate", "seed").unique().row(0) == (
        "item-knn",
        "epsilon-greedy",
        0.3,
        1,
    )


@pytest.mark.parametrize("how", ["recommender", "search"])
def test_nobody_is_shown_what_she_has(start: Dataset, tastes: Tastes, how: str) -> None:
    feedback = (
        run(start, tastes)
        if how == "recommender"
        else simulate_search(start, SETTINGS, tastes=tastes, seed=1)
    )
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
        Tastes(np.zeros((2, 2), dtype=np.float32)),
        model="popularity",
        settings=LoopSettings(rounds=3, n=2, behaviour=UserBehaviour(outside=0)),
    )
    assert feedback.select("user_id", "item_id", "round").rows() == [("b", "y", 1)]


def test_progress_counts_the_rounds(start: Dataset, tastes: Tastes) -> None:
    seen: list[int] = []
    run(start, tastes, progress=seen.append)

    assert seen == [1, 2, 3, 4]


def test_search_finds_items_as_often_as_people_like_them() -> None:
    size = 20_000
    chances = np.array([0.5, 0.3, 0.2])
    people = make_dataset(
        "new",
        pl.DataFrame({"user_id": ["0"], "item_id": ["0"]}),
        users=pl.DataFrame({"user_id": [str(user) for user in range(size)]}),
        items=pl.DataFrame({"item_id": ["0", "1", "2"]}),
    )
    tastes = Tastes(np.tile(np.log(chances), (size, 1)).astype(np.float32))
    found = simulate_search(people, LoopSettings(rounds=1, n=2), tastes=tastes, seed=4)
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
        simulate_search(start, SETTINGS, tastes=tastes, seed=seed)["item_id"] for seed in (1, 1, 2)
    )
    assert first.equals(again)
    assert not first.head(150).equals(other.head(150))


def _nothing(histories: Histories, index: int) -> Slates:
    raise AssertionError((histories, index))


@pytest.mark.parametrize("shape", [(30, 39), (29, 40)])
def test_tastes_of_another_world_are_refused(start: Dataset, shape: Sequence[int]) -> None:
    with pytest.raises(TableError, match="fit them on the same users and catalogue"):
        run_rounds(
            start, SETTINGS, show=_nothing, tastes=Tastes(np.zeros(shape, np.float32)), seed=1
        )


@pytest.mark.parametrize("wrong", [{"rounds": 0}, {"n": 0}, {"refit_every": 0}])
def test_settings_outside_their_range_are_named(wrong: dict[str, int]) -> None:
    with pytest.raises(OptionError, match="give numbers from 1"):
        LoopSettings(**wrong)  # type: ignore[arg-type]


def test_a_list_longer_than_the_catalogue_is_refused(start: Dataset, tastes: Tastes) -> None:
    settings = LoopSettings(rounds=1, n=41)
    with pytest.raises(OptionError, match="the catalogue holds 40 items"):
        simulate_search(start, settings, tastes=tastes, seed=1)
    with pytest.raises(OptionError, match="the catalogue holds 40 items"):
        run(start, tastes, settings=settings)
