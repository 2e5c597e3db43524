"""Group means, gaps and withheld cells of a world whose answers are known."""

import polars as pl
import pytest

from audits.analysis import analyse
from audits.changes import changes, group_changes
from audits.data import prepare
from audits.evaluation import evaluate
from audits.settings import Settings
from audits.summary import summarise
from engine.errors import OptionError, UnknownNameError

from .worlds import HELD_OUT, ITEMS, SHOWN, TRAIN, USERS, lists


def analysis_of(shown, *, users=USERS, by=("gender",), **settings):
    data = prepare(interactions=TRAIN, held_out=HELD_OUT, users=users, items=ITEMS)
    return analyse(data, evaluate(data, shown, k=1), by=by, settings=Settings(**settings))


def rows_of(shown, **options):
    summary = summarise(analysis_of(shown, **options))
    return {(row.metric, row.by, row.group): row for row in summary.results}


def test_group_means_and_gap_are_those_of_the_world():
    rows = rows_of(SHOWN)
    assert rows["ndcg", None, None].value == 25 / 40
    assert rows["ndcg", "gender", "F"].value == 0.25
    assert rows["ndcg", "gender", "M"].value == 1
    assert rows["ndcg", "gender", "difference"].value == 0.75
    assert rows["ndcg", "gender", "ratio"].value == 0.25
    assert rows["coverage", None, None].value == 2 / 5


def test_interval_lies_around_the_value_and_within_the_range():
    row = rows_of(SHOWN)["ndcg", "gender", "F"]
    assert 0 <= row.low < row.value < row.high <= 1
    assert row.n == 20


def test_a_group_whose_values_are_all_equal_has_no_interval():
    row = rows_of(SHOWN)["ndcg", "gender", "M"]
    assert (row.low, row.high) == (None, None)
    assert row.interval == "none: all values are equal"


def test_one_group_alone_has_no_gap():
    rows = rows_of(SHOWN, users=USERS.with_columns(pl.lit("F").alias("gender")))
    row = rows["ndcg", "gender", "difference"]
    assert (row.value, row.low, row.high) == (None, None, None)


def test_renaming_groups_changes_no_number():
    def named(first, second):
        gender = pl.when(pl.col("user_id") < "u12").then(pl.lit(first)).otherwise(pl.lit(second))
        return USERS.with_columns(gender.alias("gender"))

    one, other = (
        rows_of(SHOWN, users=named("F", "M")),
        rows_of(SHOWN, users=named("zz", "aa")),
    )
    for kind in ("difference", "ratio"):
        assert one["ndcg", "gender", kind] == other["ndcg", "gender", kind]


def test_row_order_of_every_table_changes_nothing():
    assert rows_of(SHOWN) == rows_of(SHOWN.reverse(), users=USERS.reverse())


def test_small_groups_are_withheld_and_named():
    summary = summarise(analysis_of(SHOWN, by=("town",)))
    assert {cell.group for cell in summary.suppressed if cell.metric == "ndcg"} == {"B", "C"}
    assert {row.group for row in summary.results if row.by == "town"} == {
        "A",
        "difference",
        "ratio",
        "mad",
    }


def test_missing_attribute_is_a_row_of_its_own_and_enters_no_gap():
    users = USERS.with_columns(
        pl.when(pl.col("user_id") < "u10").then(None).otherwise("gender").alias("gender")
    )
    users = users.with_columns(pl.when(pl.col("gender").is_not_null()).then("gender"))
    rows = rows_of(SHOWN, users=users)
    assert rows["ndcg", "gender", "(missing)"].n == 10
    assert rows["ndcg", "gender", "difference"].n == 30


def test_nobody_hit_gives_a_gap_of_unknown_ratio():
    rows = rows_of(lists(lambda row: "c"))
    assert rows["ndcg", "gender", "ratio"].value is None
    assert rows["ndcg", "gender", "difference"].low is None


def test_same_seed_same_rows_and_another_seed_other_intervals():
    assert rows_of(SHOWN, seed=1) == rows_of(SHOWN, seed=1)
    one, other = rows_of(SHOWN, seed=1), rows_of(SHOWN, seed=2)
    assert one["ndcg", None, None].low != other["ndcg", None, None].low


def test_change_is_the_difference_and_shrinks_to_nothing_for_equal_lists():
    better = lists(lambda row: "b" if row >= 20 or row % 2 == 0 else "c")
    before, after = analysis_of(SHOWN), analysis_of(better)
    rows = {(row.metric, row.by): row for row in changes(before, after)}
    assert rows["ndcg", None].value == pytest.approx(5 / 40)
    assert rows["ndcg", "gender"].value == pytest.approx(-0.25)
    assert rows["ndcg", None].low <= 5 / 40 <= rows["ndcg", None].high
    same = {(row.metric, row.by): row for row in changes(before, analysis_of(SHOWN))}
    assert (same["ndcg", None].value, same["ndcg", None].low) == (0, None)
    assert (same["gini", None].value, same["gini", None].low) == (0, None)


def test_pairing_users_narrows_the_interval_of_a_change():
    better = lists(lambda row: "b" if row >= 20 or row % 4 == 0 or row == 1 else "c")
    row = {row.metric: row for row in changes(analysis_of(SHOWN), analysis_of(better))}["ndcg"]
    alone = rows_of(better)["ndcg", None, None]
    assert row.high - row.low < alone.high - alone.low


def test_who_pays_is_told_by_group_and_adds_up():
    worse = lists(lambda row: "b" if row >= 30 or row % 4 == 0 else "c")
    before, after = analysis_of(SHOWN), analysis_of(worse)
    found = {row.group: row for row in group_changes(before, after) if row.metric == "ndcg"}
    assert found["F"].value == 0
    assert (found["F"].low, found["F"].interval) == (None, "none: all values are equal")
    # Of the ten men from 20 to 29, those in rows 20, 24 and 28 keep their item.
    assert found["M"].value == pytest.approx(-7 / 20)
    assert found["M"].low < -7 / 20 < found["M"].high < 0
    overall = {row.metric: row for row in changes(before, after) if row.by is None}["ndcg"]
    assert sum(row.n * row.value for row in found.values()) == pytest.approx(40 * overall.value)


def test_nobody_withheld_is_told_by_a_change():
    better = lists(lambda row: "b")
    rows = group_changes(*(analysis_of(shown, by=("town",)) for shown in (SHOWN, better)))
    assert {row.group for row in rows} == {"A"}


def test_audits_made_differently_are_not_compared():
    with pytest.raises(OptionError, match="differ in settings"):
        changes(analysis_of(SHOWN), analysis_of(SHOWN, seed=5))
    with pytest.raises(OptionError, match="differ in settings"):
        group_changes(analysis_of(SHOWN), analysis_of(SHOWN, seed=5))


def test_unknown_attribute_is_named():
    with pytest.raises(UnknownNameError, match="no user attribute shoe_size; there are gender"):
        analysis_of(SHOWN, by=("shoe_size",))


@pytest.mark.parametrize("bad", [{"resamples": 0}, {"min_group": 0}])
def test_settings_below_one_are_refused(bad):
    with pytest.raises(OptionError, match="give numbers from 1"):
        Settings(**bad)
