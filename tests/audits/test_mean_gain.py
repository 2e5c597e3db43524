"""The item version of MAD: what a showing of each group of items gains, and how far apart."""

from itertools import combinations

import numpy as np
import polars as pl
import pytest

from audits.crowd import measure_crowd
from audits.data import prepare
from audits.evaluation import evaluate
from audits.gaps import mean_gap
from audits.results import MAD
from audits.settings import Settings
from audits.thresholds import EVERY, Threshold, judge
from audits.total_rows import FEW, provider_rows, withheld_items

PEOPLE = [f"u{i:02d}" for i in range(40)]
# Three people in four later choose a, two of them b, one c.
CHOICES = {"a": (1, 2, 3), "b": (0, 2), "c": (1,)}
HELD_OUT = pl.DataFrame(
    [(who, item) for row, who in enumerate(PEOPLE) for item in CHOICES if row % 4 in CHOICES[item]],
    schema=["user_id", "item_id"],
    orient="row",
)
TRAIN = pl.DataFrame({"user_id": PEOPLE, "item_id": "d"})
ITEMS = pl.DataFrame({"item_id": ["a", "b", "c", "d"], "provider": ["P", "Q", "R", None]})


def shown(items_of):
    rows = [
        (person, item, rank)
        for row, person in enumerate(PEOPLE)
        for rank, item in enumerate(items_of(row), start=1)
    ]
    return pl.DataFrame(rows, schema=["user_id", "item_id", "rank"], orient="row")


def rows_of(lists, *, items=ITEMS, by=("provider",), together=(), settings=None):
    data = prepare(interactions=TRAIN, held_out=HELD_OUT, items=items)
    chosen = settings or Settings(resamples=200)
    evaluation = evaluate(data, lists, k=3)
    return provider_rows(data, evaluation, by=by, together=together, settings=chosen)


def gains(rows, by="item:provider"):
    return {row.group: row for row in rows if (row.metric, row.by) == ("mean_gain", by)}


def test_the_mean_gap_of_a_planted_world_is_known():
    found = gains(rows_of(shown(lambda row: "abc")))
    assert [found[name].value for name in "PQR"] == pytest.approx([0.75, 0.5, 0.25])
    assert found["(missing)"].value is None
    apart = found[MAD]
    assert apart.value == pytest.approx((0.25 + 0.5 + 0.25) / 3)
    assert apart.n == 40
    assert apart.low < apart.value < apart.high


def test_it_is_what_elliot_takes_where_items_of_a_group_are_shown_alike():
    items = ITEMS.with_columns(provider=pl.Series(["P", "P", "Q", "Q"]))
    each = {"a": 0.75, "b": 0.5, "c": 0.25}
    by_item = [np.mean([each["a"], each["b"]]), each["c"]]
    elliot = np.mean([abs(first - second) for first, second in combinations(by_item, 2)])
    found = gains(rows_of(shown(lambda row: "abc"), items=items))
    assert found[MAD].value == pytest.approx(elliot)


def test_a_showing_of_what_someone_had_gains_nothing_and_nobodys_items_enter_no_gap():
    found = gains(rows_of(shown(lambda row: "adb")))
    assert found["(missing)"].value == 0
    assert found[MAD].value == pytest.approx(0.25)


def test_all_pairs_count_alike():
    assert mean_gap(np.array([0.3, 0.3, 0.3])) == 0
    assert mean_gap(np.array([0.1, 0.4])) == pytest.approx(0.3)


def test_blocks_of_a_crowd_give_the_same_numbers():
    data = prepare(interactions=TRAIN, held_out=HELD_OUT, items=ITEMS)
    lists = shown(lambda row: "abc" if row % 3 else "ac")
    measured = measure_crowd(
        data, lists, k=3, by_items=("provider",), settings=Settings(resamples=50), part=7
    )
    crowd, exact = gains(measured.summary.results), gains(rows_of(lists))
    assert crowd.keys() == exact.keys()
    for group, row in exact.items():
        assert (crowd[group].value is None) == (row.value is None)
        assert (crowd[group].value or 0) == pytest.approx(row.value or 0, abs=1e-12)


def few(row):
    """Show c to four people, b to twelve and a to everyone."""
    return "a" + "b" * (row < 12) + "c" * (row < 4)


def test_what_few_people_chose_is_withheld_and_so_is_what_would_give_it_back():
    rows = rows_of(shown(few))
    found = gains(rows)
    assert [found[name].interval == FEW for name in "PQR"] == [False, True, True]
    assert found["R"].value is None
    # One group is left to compare, so there is no gap.
    assert found[MAD].value is None
    withheld = withheld_items(rows, Settings())
    assert {cell.group for cell in withheld if cell.metric == "mean_gain"} == {"Q", "R"}
    # What the system did is no secret.
    assert all(
        row.interval != FEW for row in rows if row.metric in ("exposure_share", "selection_rate")
    )


def test_merit_by_choices_counts_those_who_chose():
    held_out = HELD_OUT.filter((pl.col("item_id") != "c") | pl.col("user_id").is_in(PEOPLE[:12]))
    data = prepare(interactions=TRAIN, held_out=held_out, items=ITEMS)
    evaluation = evaluate(data, shown(lambda row: "abc"), k=3)
    for merit, hidden in (("relevance", True), ("catalogue", False)):
        settings = Settings(resamples=50, merit=merit)
        rows = provider_rows(data, evaluation, by=("provider",), settings=settings)
        found = {(row.metric, row.group): row for row in rows}
        assert (found["exposure_merit", "R"].interval == FEW) == hidden
        assert found["mean_gain", "R"].value == pytest.approx(3 / 40)


def test_another_grouping_does_not_give_a_withheld_group_back():
    # Beside the providers stands a grouping of large groups alone: y is R and S together.
    items = pl.DataFrame(
        {
            "item_id": ["a", "b", "c", "d"],
            "provider": ["P", "Q", "R", "S"],
            "label": ["x", "x", "y", "y"],
        }
    )
    lists = shown(lambda row: "ad" + "b" * (row % 2) + "c" * (row < 4))
    labels = gains(rows_of(lists, items=items, by=("label",)), "item:label")
    assert all(labels[name].interval != FEW for name in "xy")
    together = rows_of(lists, items=items, by=("label",), together=("provider",))
    both = {
        **gains(together, "item:label"),
        **gains(rows_of(lists, items=items, by=("provider", "label"))),
    }
    assert both["R"].interval == FEW
    # R is y without S, so not both of these may be shown.
    assert FEW in (both["y"].interval, both["S"].interval)


def test_a_withheld_group_never_passes():
    rows = rows_of(shown(few))
    for group in (EVERY, MAD, "R"):
        limit = Threshold("mean_gain", "law", by="item:provider", group=group, at_least=0)
        assert judge(limit, rows).verdict == "insufficient evidence"
