"""Tastes: what a log reveals of them, and what it does not."""

import numpy as np
import polars as pl
import pytest

from engine.dataset import Dataset, make_dataset
from engine.errors import OptionError, TableError
from engine.histories import Histories
from engine.simulation.tastes import Tastes, fit_tastes

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
    utilities = fit_tastes(log, rng=np.random.default_rng(0), profiles=CAMPS).utilities
    same = np.add.outer(np.arange(PEOPLE), np.arange(ITEMS)) % CAMPS == 0
    unmet = ~log.histories.seen()

    assert utilities[same & unmet].min() > utilities[~same].max()


def test_chances_sum_to_one_and_the_background_leaves_every_item_a_chance() -> None:
    utilities = fit_tastes(
        camps(0.5), rng=np.random.default_rng(0), profiles=CAMPS, background=0.2
    ).utilities
    chances = np.exp(utilities.astype(float)) / ITEMS

    np.testing.assert_allclose(chances.sum(axis=1), 1, rtol=1e-5)
    assert chances.min() >= 0.2 / ITEMS * (1 - 1e-5)


def test_one_profile_is_popularity() -> None:
    log = camps(0.5)
    counts = np.bincount(log.histories.items, minlength=ITEMS)
    utilities = fit_tastes(log, rng=np.random.default_rng(0), profiles=1, background=0.1).utilities

    expected = np.log(ITEMS * (0.9 * counts / counts.sum() + 0.1 / ITEMS))
    np.testing.assert_allclose(utilities, np.tile(expected, (PEOPLE, 1)), atol=1e-5)


def test_someone_without_a_history_mixes_all_profiles_evenly() -> None:
    log = camps(0.9, newcomers=1)
    utilities = fit_tastes(log, rng=np.random.default_rng(0), profiles=CAMPS).utilities
    chances = np.exp(utilities.astype(float)) / ITEMS

    assert chances[-1, ::2].sum() == pytest.approx(0.5, abs=1e-3)


def test_weights_do_not_count() -> None:
    log = camps(0.5)
    rated = log.with_interactions(log.interactions.with_columns(weight=pl.lit(5.0)))

    first, second = (fit_tastes(data, rng=np.random.default_rng(0)) for data in (log, rated))
    assert np.array_equal(first.utilities, second.utilities)


def test_bits_are_those_of_the_chosen_items_among_the_ones_left() -> None:
    tastes = Tastes(np.log(np.array([[6.0, 1.0, 3.0], [1.0, 1.0, 1.0], [1.0, 2.0, 4.0]])))
    start = Histories.from_lists([[0], [], [1]], n_items=3)
    later = Histories.from_lists([[2], [0, 1], []], n_items=3)

    bits = tastes.bits_over_uniform(start, later)
    np.testing.assert_allclose(bits, [np.log2(3 / 4 * 2), 0, np.nan], atol=1e-6)


def test_someone_who_has_everything_does_not_disturb_the_others() -> None:
    start = Histories.from_lists([[0, 1], []], n_items=2)
    later = Histories.from_lists([[], [1]], n_items=2)

    bits = Tastes(np.zeros((2, 2), dtype=np.float32)).bits_over_uniform(start, later)
    np.testing.assert_array_equal(bits, [np.nan, 0])


@pytest.mark.parametrize(
    "wrong", [{"profiles": 0}, {"sweeps": 0}, {"background": 0.0}, {"background": 1.0}]
)
def test_parameters_outside_their_range_are_named(wrong: dict[str, float]) -> None:
    with pytest.raises(OptionError, match="tastes cannot be fitted"):
        fit_tastes(camps(0.5), rng=np.random.default_rng(0), **wrong)  # type: ignore[arg-type]


def test_tastes_are_finite() -> None:
    with pytest.raises(TableError, match="not finite"):
        Tastes(np.array([[0.0, np.inf]], dtype=np.float32))
