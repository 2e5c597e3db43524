"""Provider groups: attention beside merit, on lists whose answer is counted by hand."""

import numpy as np
import polars as pl
import pytest

from audits.analysis import analyse
from audits.data import prepare
from audits.evaluation import evaluate
from audits.kernels.providers import exposure_ratio, group_exposure
from audits.providers import (
    OTHERS,
    exposure_change,
    exposure_draws,
    exposure_row,
    make_providers,
    provider_ratios,
)
from audits.settings import Settings

from .worlds import HELD_OUT, ITEMS, TRAIN, USERS, lists, log

MADE_BY = ITEMS.with_columns(provider=pl.Series(["north", "north", "south", "south", None]))


def audited(shown, *, items=MADE_BY, k=1):
    data = prepare(interactions=TRAIN, held_out=HELD_OUT, users=USERS, items=items)
    return data, evaluate(data, shown, k=k)


def row_of(shown, **options):
    data, evaluation = audited(shown, **options)
    return exposure_row(data, analyse(data, evaluation, settings=Settings(seed=1)))


def test_the_reference_vector_of_one_list():
    attention = group_exposure(np.array([[0, 1, 0, 1]]), np.eye(2))
    assert attention == pytest.approx(np.array([[1.5, 1.061606]]), abs=1e-6)
    assert attention[0, 0] / attention.sum() == pytest.approx(0.585570, abs=1e-6)


def test_an_item_of_two_categories_gives_half_to_each_and_padding_gives_nothing():
    membership = np.array([[1.0, 0.0], [0.5, 0.5]])
    assert group_exposure(np.array([[1, -1]]), membership).tolist() == [[0.5, 0.5]]


def test_lists_in_proportion_to_merit_have_the_ratio_one():
    shown = lists(lambda row: "abcd"[row % 4])
    row = row_of(shown)
    assert row.value == pytest.approx(1)
    assert (row.by, row.group, row.n) == (None, None, 40)


def test_the_least_exposed_group_is_found_and_named():
    shown = lists(lambda row: "c" if row < 4 else "a")
    data, evaluation = audited(shown)
    # A tenth of attention for half of the past interactions with a named provider.
    assert provider_ratios(data, evaluation) == pytest.approx({"south": 0.2, "north": 1.8})
    row = row_of(shown)
    assert row.value == pytest.approx(0.2)
    assert 0 < row.low < 0.2 < row.high < 1


def test_without_providers_categories_are_the_groups():
    data, evaluation = audited(lists(lambda row: "a"), items=ITEMS)
    assert make_providers(data).by == "category"
    assert provider_ratios(data, evaluation) == pytest.approx({"y": 0.0, "x": 2.0})


def test_a_catalogue_of_one_group_has_nothing_to_compare():
    for items in (ITEMS.select("item_id"), MADE_BY.with_columns(provider=pl.lit("north"))):
        row = row_of(lists(lambda row: "a"), items=items)
        assert (row.value, row.interval) == (None, "none: fewer than 2 groups may be compared")


def test_a_group_without_past_interactions_has_no_ratio():
    assert np.isnan(exposure_ratio(np.array([1.0, 1.0]), np.array([2.0, 0.0]))).tolist() == [
        False,
        True,
    ]


def test_tiny_groups_share_one():
    names = [f"i{i}" for i in range(205)]
    train = pl.DataFrame({"user_id": [f"p{i}" for i in range(205)], "item_id": names})
    owner = ["big"] * 200 + ["s", "t", "u", "v", "w"]
    items = pl.DataFrame({"item_id": names, "provider": owner})
    held_out = pl.DataFrame({"user_id": ["p0"], "item_id": ["i0"]})
    providers = make_providers(prepare(interactions=train, held_out=held_out, items=items))
    assert providers.names == ("big", OTHERS)
    assert providers.merit.tolist() == [200, 5]


def test_the_change_is_paired_and_the_same_lists_change_nothing():
    data = audited(lists(lambda row: "a"))[0]

    def analysis_of(n):
        shown = lists(lambda row: "c" if row < n else "a")
        return analyse(data, evaluate(data, shown, k=1), settings=Settings(seed=1))

    few, many = analysis_of(4), analysis_of(8)
    change = exposure_change(data, few, many)
    assert change.value == pytest.approx(0.2)
    assert change.low < 0.2 < change.high < exposure_row(data, many).high
    same = exposure_change(data, few, few)
    assert (same.value, same.low, same.interval) == (0, None, "none: all values are equal")


def test_each_resample_has_its_own_least_exposed_group():
    data, evaluation = audited(lists(lambda row: "ac"[row % 2]))
    analysis = analyse(data, evaluation, settings=Settings(seed=1))
    draws = exposure_draws(data, analysis)
    assert draws.max() <= 1 + 1e-12
    assert draws.shape == (1000,)
    assert exposure_row(data, analysis).high > 1


def test_higher_places_are_worth_more():
    first = log(lambda row: "a").with_columns(rank=pl.lit(1))
    second = log(lambda row: "c").with_columns(rank=pl.lit(2))
    data, evaluation = audited(pl.concat([first, second]), k=2)
    below = 1 / np.log2(3)
    assert provider_ratios(data, evaluation)["south"] == pytest.approx(2 * below / (1 + below))
