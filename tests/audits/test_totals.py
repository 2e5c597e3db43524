"""Measures that are ratios of sums, on worlds small enough to add up by hand."""

import numpy as np
import polars as pl
import pytest

from audits.data import prepare
from audits.evaluation import evaluate
from audits.item_groups import find_item_groups
from audits.settings import Settings
from audits.total_rows import provider_rows, total_rows
from engine.errors import OptionError, UnknownNameError

PEOPLE = [f"u{i:02d}" for i in range(24)]
USERS = pl.DataFrame({"user_id": PEOPLE, "gender": ["F"] * 12 + ["M"] * 12})
ITEMS = pl.DataFrame(
    {
        "item_id": ["a", "b", "c", "d"],
        "provider": ["P", "Q", "P", "Q"],
        "categories": [["x"], ["x"], ["y"], ["y"]],
    }
)
# Everyone had "a"; every other person also had "c".
TRAIN = pl.DataFrame({"user_id": [*PEOPLE, *PEOPLE[::2]], "item_id": ["a"] * 24 + ["c"] * 12})
HELD_OUT = pl.DataFrame({"user_id": PEOPLE, "item_id": ["b"] * 24})


def lists(women, men):
    rows = [
        (person, item, rank)
        for shown, people in ((women, PEOPLE[:12]), (men, PEOPLE[12:]))
        for person in people
        for rank, item in enumerate(shown, start=1)
    ]
    return pl.DataFrame(rows, schema=["user_id", "item_id", "rank"], orient="row")


def world(shown, **settings):
    data = prepare(interactions=TRAIN, held_out=HELD_OUT, users=USERS, items=ITEMS)
    return data, evaluate(data, shown, k=2), Settings(resamples=200, **settings)


def of(rows):
    return {(row.metric, row.by, row.group): row for row in rows}


def totals_of(shown, by=()):
    data, evaluation, settings = world(shown)
    return of(total_rows(data, evaluation, by=by, settings=settings).results)


def providers_of(shown, by=("provider",), **settings):
    data, evaluation, chosen = world(shown, **settings)
    return of(provider_rows(data, evaluation, by=by, settings=chosen))


def test_popularity_lift_is_that_of_the_means_of_the_users():
    rows = totals_of(lists("bd", "bc"), by=("gender",))
    # Histories: every other person had a and c (mean (24 + 12) / 2), the rest a alone (24).
    before = (24 + 18) / 2
    assert rows["popularity_lift", "gender", "F"].value == pytest.approx(-1)
    assert rows["popularity_lift", "gender", "M"].value == pytest.approx(6 / before - 1)
    assert rows["popularity_lift", None, None].value == pytest.approx(3 / before - 1)


def test_parity_of_head_and_tail():
    rows = totals_of(lists("bd", "bc"))
    # a and c reach 80% together: the head. Nobody chose of it, so opportunity has no value.
    assert rows["pop_reo", None, None].value is None
    assert rows["pop_reo", None, None].interval == "none: nothing to divide by"
    head, tail = 12 / (12 + 0), 36 / 48
    expected = np.std([head, tail]) / np.mean([head, tail])
    assert rows["pop_rsp", None, None].value == pytest.approx(expected)


def test_bias_disparity_is_the_change_of_a_share():
    rows = totals_of(lists("bd", "bc"), by=("gender",))
    # History of each gender: 12 × a, 6 × c: x has 2/3, y 1/3. Lists: half and half.
    by = "gender × item:categories"
    assert rows["bias_disparity", by, "F × x"].value == pytest.approx(0.5 / (2 / 3) - 1)
    assert rows["bias_disparity", by, "M × y"].value == pytest.approx(0.5 / (1 / 3) - 1)
    assert rows["bias_disparity", "item:categories", "x"].value == pytest.approx(-0.25)


def test_provider_exposure_by_hand():
    rows = providers_of(lists("bc", "cb"))
    first, second = 1.0, 1 / np.log2(3)
    q = (12 * first + 12 * second) / (24 * (first + second))
    assert rows["exposure_share", "item:provider", "Q"].value == pytest.approx(q)
    # Only b was chosen, so all merit is Q's and P has none.
    assert rows["exposure_merit", "item:provider", "Q"].value == pytest.approx(q)
    assert rows["exposure_merit", "item:provider", "P"].value is None
    assert rows["selection_rate", "item:provider", "Q"].value == pytest.approx(24 / 48)
    # Half of those who were shown c had it already: that selects nothing.
    assert rows["selection_rate", "item:provider", "P"].value == pytest.approx(12 / 12)
    assert rows["impact_ratio", "item:provider", "Q"].value == pytest.approx(0.5)


def test_merit_is_what_the_settings_say():
    shown = lists("bc", "cb")
    by_catalogue = providers_of(shown, merit="catalogue")
    by_history = providers_of(shown, merit="interactions")
    share = by_catalogue["exposure_share", "item:provider", "P"].value
    assert by_catalogue["exposure_merit", "item:provider", "P"].value == pytest.approx(2 * share)
    assert by_history["exposure_merit", "item:provider", "P"].value == pytest.approx(share)
    treated = by_catalogue["disparate_treatment", "item:provider", "P"].value
    assert treated == pytest.approx(share / (1 - share))


def test_shares_of_items_in_several_groups_add_up_to_one():
    items = ITEMS.with_columns(categories=pl.Series([["x"], ["x", "y"], ["y"], ["x", "y"]]))
    data = prepare(interactions=TRAIN, held_out=HELD_OUT, users=USERS, items=items)
    evaluation = evaluate(data, lists("bd", "bc"), k=2)
    rows = provider_rows(data, evaluation, by=("categories",), settings=Settings(resamples=50))
    shares = [row.value for row in rows if row.metric == "exposure_share"]
    assert sum(shares) == pytest.approx(1)


def test_an_item_of_several_groups_is_split_evenly_among_them():
    items = ITEMS.with_columns(categories=pl.Series([["x"], ["x", "y"], [], ["x", "y", "z"]]))
    data = prepare(interactions=TRAIN, held_out=HELD_OUT, users=USERS, items=items)
    members = find_item_groups(data, "categories").members
    assert members.sum(axis=1).tolist() == pytest.approx([1, 1, 1, 1])
    assert members[1].tolist() == [0.5, 0.5, 0, 0]


def test_items_are_crossed_by_two_attributes():
    items = ITEMS.with_columns(size=pl.Series(["s", "l", "l", None]))
    data = prepare(interactions=TRAIN, held_out=HELD_OUT, users=USERS, items=items)
    groups = find_item_groups(data, "provider*size")
    assert groups.names == ("P & l", "P & s", "Q & l", "(missing)")
    assert groups.members.sum(axis=0).tolist() == [1, 1, 1, 1]


def test_interval_holds_the_value_and_a_number_that_cannot_vary_has_none():
    rows = providers_of(lists("bc", "cb"))
    row = rows["exposure_share", "item:provider", "Q"]
    assert row.low < row.value < row.high
    assert row.n == 24
    same = providers_of(lists("bc", "bc"))["exposure_share", "item:provider", "Q"]
    assert (same.low, same.interval) == (None, "none: all values are equal")


def test_a_small_group_has_no_row_in_any_of_them():
    users = USERS.with_columns(gender=pl.Series(["F"] * 3 + ["M"] * 21))
    data = prepare(interactions=TRAIN, held_out=HELD_OUT, users=users, items=ITEMS)
    evaluation = evaluate(data, lists("bd", "bc"), k=2)
    summary = total_rows(data, evaluation, by=("gender",), settings=Settings(resamples=50))
    assert {row.by for row in summary.results} == {None, "item:categories"}
    assert {cell.group for cell in summary.suppressed} == {"F", "M"}


def test_an_item_attribute_nobody_has_is_named():
    with pytest.raises(UnknownNameError, match="no item attribute shop; there are provider"):
        providers_of(lists("bc", "cb"), by=("shop",))


def test_an_attribute_with_too_many_values_is_no_group():
    items = pl.DataFrame({"item_id": [f"i{n}" for n in range(300)]}).with_columns(
        maker=pl.col("item_id")
    )
    items = pl.concat([ITEMS.select("item_id").with_columns(maker=pl.lit("m")), items])
    data = prepare(interactions=TRAIN, held_out=HELD_OUT, items=items)
    with pytest.raises(OptionError, match="maker has 301 values"):
        provider_rows(
            data, evaluate(data, lists("bc", "cb"), k=2), by=("maker",), settings=Settings()
        )
