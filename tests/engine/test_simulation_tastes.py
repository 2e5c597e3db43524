"""Tastes: what a log reveals of them, and what it does not."""

import numpy as np
import polars as pl
import pytest

from engine.dataset import Dataset, make_dataset
from engine.errors import OptionError, TableError
from engine.histories import Histories
from engine.simulation.tastes import Tastes, TasteSettings, fit_tastes, usual_profiles

CAMPS = 2
PEOPLE, ITEMS = 40, 30


def camps(share: float, *, seed: int = 3, newcomers: int = 0) -> Dataset:
    """Even people use even items, odd people odd ones, each with the given chance."""
    same = np.add.outer(np.arange(PEOPLE), np.arange(ITEMS)) % CAMPS == 0
    users, items = np.nonzero(same & (np.random.default_rng(seed).random(same.shape) < share))
    return make_dataset(
        "camps",
        pl.DataFrame({"user_id": users.astype(str), "item_id": items.astype(str)}),
        users=pl.DataFrame({"user_id": [str(user) for user in range(PEOPLE + newcomers)]}),
        items=pl.DataFrame({"item_id": [str(item) for item in range(ITEMS)]}),
    )


def test_tastes_know_the_camp_even_of_items_never_met() -> None:
    log = camps(0.5)
    utilities = fit_tastes(
        log, rng=np.random.default_rng(0), settings=TasteSettings(CAMPS)
    ).appeals()
    same = np.add.outer(np.arange(PEOPLE), np.arange(ITEMS)) % CAMPS == 0
    unmet = ~log.histories.seen()

    assert utilities[same & unmet].min() > utilities[~same].max()


def test_chances_sum_to_one_and_the_background_leaves_every_item_a_chance() -> None:
    tastes = fit_tastes(
        camps(0.5), rng=np.random.default_rng(0), settings=TasteSettings(CAMPS, 0.2)
    )
    chances = tastes.appeals() / ITEMS

    np.testing.assert_allclose(chances.sum(axis=1), 1, rtol=1e-5)
    assert chances.min() >= 0.2 / ITEMS * (1 - 1e-5)


def test_one_profile_is_popularity() -> None:
    log = camps(0.5)
    counts = np.bincount(log.histories.items, minlength=ITEMS)
    appeals = fit_tastes(
        log, rng=np.random.default_rng(0), settings=TasteSettings(1, 0.1)
    ).appeals()

    expected = ITEMS * (0.9 * counts / counts.sum() + 0.1 / ITEMS)
    np.testing.assert_allclose(appeals, np.tile(expected, (PEOPLE, 1)), rtol=1e-9)


def test_someone_without_a_history_mixes_all_profiles_evenly() -> None:
    log = camps(0.9, newcomers=1)
    utilities = fit_tastes(
        log, rng=np.random.default_rng(0), settings=TasteSettings(CAMPS)
    ).appeals()
    chances = utilities / ITEMS

    assert chances[-1, ::2].sum() == pytest.approx(0.5, abs=1e-3)


def test_weights_do_not_count() -> None:
    log = camps(0.5)
    rated = log.with_interactions(log.interactions.with_columns(weight=pl.lit(5.0)))

    first, second = (fit_tastes(data, rng=np.random.default_rng(0)) for data in (log, rated))
    assert np.array_equal(first.appeals(), second.appeals())


def test_bits_are_those_of_the_chosen_items_among_the_ones_left() -> None:
    tastes = Tastes.from_utilities(
        np.log(np.array([[6.0, 1.0, 3.0], [1.0, 1.0, 1.0], [1.0, 2.0, 4.0]]))
    )
    start = Histories.from_lists([[0], [], [1]], n_items=3)
    later = Histories.from_lists([[2], [0, 1], []], n_items=3)

    bits = tastes.bits_over_uniform(start, later)
    np.testing.assert_allclose(bits, [np.log2(3 / 4 * 2), 0, np.nan], atol=1e-6)


def test_someone_who_has_everything_does_not_disturb_the_others() -> None:
    start = Histories.from_lists([[0, 1], []], n_items=2)
    later = Histories.from_lists([[], [1]], n_items=2)

    bits = Tastes.from_utilities(np.zeros((2, 2))).bits_over_uniform(start, later)
    np.testing.assert_array_equal(bits, [np.nan, 0])


@pytest.mark.parametrize(
    "wrong", [{"profiles": 0}, {"sweeps": 0}, {"background": 0.0}, {"background": 1.0}]
)
def test_parameters_outside_their_range_are_named(wrong: dict[str, float]) -> None:
    with pytest.raises(OptionError, match="tastes cannot be fitted"):
        TasteSettings(**wrong)  # type: ignore[arg-type]


@pytest.mark.parametrize("entry", [np.inf, np.nan, -1.0])
def test_tastes_are_finite_and_not_negative(entry: float) -> None:
    with pytest.raises(TableError, match="negative or not finite"):
        Tastes(np.array([[0.5, entry]]), np.eye(2))


def test_tastes_and_profiles_match() -> None:
    with pytest.raises(TableError, match="people mix 2 taste profiles, but there are 3"):
        Tastes(np.ones((1, 2)), np.eye(3))


def test_named_items_have_the_appeal_of_the_whole_table() -> None:
    rng = np.random.default_rng(1)
    tastes = Tastes(rng.random((6, 3)), rng.random((3, 9)), 0.1)
    items = rng.integers(0, 9, size=(6, 4))

    expected = np.take_along_axis(tastes.appeals(), items, axis=1)
    np.testing.assert_allclose(tastes.appeals_of(items), expected, rtol=1e-12)
    np.testing.assert_allclose(tastes.appeals(slice(2, 4)), tastes.appeals()[2:4])


def test_tastes_drift_towards_the_profiles_that_explain_a_choice() -> None:
    contents = np.array([[0.8, 0.2, 0.0], [0.0, 0.5, 0.5]])
    tastes = Tastes(np.array([[2.0, 2.0], [1.0, 3.0]]), contents)

    drifted = tastes.drifted(np.array([0, 0]), np.array([0, 1]), by=0.5)
    # Item 0 is of profile 0 alone; item 1 is of profile 0 with chance 0.2 / 0.7.
    towards = (1 + 2 / 7) / 2
    np.testing.assert_allclose(drifted.people[0], [1 + 2 * towards, 1 + 2 * (1 - towards)])
    np.testing.assert_allclose(drifted.people[1], tastes.people[1])
    np.testing.assert_allclose(drifted.people.sum(axis=1), tastes.people.sum(axis=1))


@pytest.mark.parametrize(("by", "share"), [(0.0, 0.3), (1.0, 1.0)])
def test_the_ends_of_drift_are_no_move_and_what_was_chosen(by: float, share: float) -> None:
    tastes = Tastes(np.array([[0.3, 0.7]]), np.eye(2))
    assert tastes.drifted(np.array([0]), np.array([0]), by=by).people[0, 0] == pytest.approx(share)


@pytest.mark.parametrize("profiles", [3, 40])
def test_the_appeal_of_some_items_is_that_in_the_whole_table(profiles: int) -> None:
    """Few profiles are summed for the items alone; many are kept as the table they make."""
    rng = np.random.default_rng(0)
    tastes = Tastes(rng.random((9, profiles)), rng.random((profiles, 12)), 0.5)
    items = rng.integers(12, size=(9, 4))
    whole = np.take_along_axis(tastes.appeals(), items, axis=1)

    np.testing.assert_allclose(tastes.appeals_of(items), whole, rtol=1e-13)


def test_a_block_of_people_has_the_same_bits_as_everyone(monkeypatch: pytest.MonkeyPatch) -> None:
    rng = np.random.default_rng(0)
    tastes = Tastes(rng.random((70, 8)), rng.random((8, 30)), 0.05)
    items = rng.integers(30, size=(70, 5))
    whole = tastes.appeals_of(items)
    monkeypatch.setattr("engine.blocks._ENTRIES", 8 * 5 * 16)

    np.testing.assert_array_equal(tastes.appeals_of(items), whole)


@pytest.mark.parametrize(("named", "profiles"), [(0, 16), (1, 2), (5, 5), (40, 32)])
def test_there_are_as_many_profiles_as_categories_within_bounds(named: int, profiles: int) -> None:
    items = pl.DataFrame(
        {
            "item_id": [str(item) for item in range(40)],
            "categories": [[str(item % named)] if named else [] for item in range(40)],
        },
        schema_overrides={"categories": pl.List(pl.String)},
    )
    log = make_dataset("log", pl.DataFrame({"user_id": ["u"], "item_id": ["0"]}), items=items)
    assert usual_profiles(log) == profiles
