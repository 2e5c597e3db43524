"""The largest of many gaps: found where one is planted, and not where there is none."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest
from scipy import stats

from audits.effects import group_gaps, over_seeds
from audits.feedback import measure_rounds
from audits.loop_gaps import largest_gaps
from tests.audits.test_feedback import FEEDBACK, LOG, known, table

GROUPS = [f"band {number}" for number in range(6)]
SCHEMA = measure_rounds(FEEDBACK, known(LOG)).schema


def drawn(
    values: np.ndarray, *, groups: list[str] = GROUPS, measure: str = "profile_drift"
) -> pl.DataFrame:
    """(worlds, groups) values as measures of the last of two rounds; the first says nonsense."""
    rows = [
        ("one", 0.0, seed, index, "age", group, measure, value if index == 2 else -9.0, 20 + place)
        for seed, world in enumerate(values.tolist())
        for place, (group, value) in enumerate(zip(groups, world, strict=True))
        for index in (1, 2)
    ]
    return pl.DataFrame(rows, schema=SCHEMA, orient="row")


def test_a_planted_gap_is_found_and_named_with_its_size() -> None:
    rng = np.random.default_rng(3)
    values = rng.normal(size=(10, 6)) * 0.1 + [0, 0, 0, 1, 0, -0.5]
    (row,) = largest_gaps(drawn(values)).to_dicts()
    assert (row["highest"], row["lowest"]) == ("band 3", "band 5")
    assert (row["n_highest"], row["n_lowest"], row["n"]) == (23, 25, 10)
    assert (row["round"], row["by"], row["pairs"]) == (2, "age", 15)
    assert 0 < row["low"] < 1.5 < row["high"]


def test_the_interval_is_that_of_a_pair_among_all_pairs() -> None:
    values = np.random.default_rng(1).normal(size=(8, 3)) + [0, 0.2, 0.1]
    (row,) = largest_gaps(drawn(values, groups=["a", "b", "c"])).to_dicts()
    place = {"a": 0, "b": 1, "c": 2}
    gaps = values[:, place[row["highest"]]] - values[:, place[row["lowest"]]]
    pair = stats.ttest_1samp(gaps, 0).confidence_interval(1 - 0.05 / 3)
    assert row["value"] == pytest.approx(gaps.mean())
    assert (row["low"], row["high"]) == pytest.approx((pair.low, pair.high))


def test_where_no_groups_differ_one_is_seldom_said_to() -> None:
    """At most 5% of 200 looks leave out 0, within binomial bounds; plain intervals often do."""
    rng = np.random.default_rng(0)
    worlds = [rng.normal(size=(8, 6)) for _ in range(200)]
    found = largest_gaps(
        pl.concat([drawn(values, measure=f"m{look}") for look, values in enumerate(worlds)])
    )
    wrong = found.filter((pl.col("low") > 0) | (pl.col("high") < 0)).height
    assert wrong <= stats.binom.ppf(0.999, 200, 0.05)

    pairs = [values[:, values.mean(axis=0).argsort()[[-1, 0]]] for values in worlds]
    plain = [stats.ttest_rel(*pair.T).pvalue < 0.05 for pair in pairs]
    assert sum(plain) > 0.2 * len(plain)


def test_two_groups_need_no_wider_interval() -> None:
    values = np.random.default_rng(2).normal(size=(5, 2)) + [1.0, 0.0]
    measures = drawn(values, groups=["F", "M"])
    (row,) = largest_gaps(measures).to_dicts()
    last = group_gaps(measures).filter(pl.col("round") == 2)
    (plain,) = over_seeds(last, by=["measure"]).to_dicts()
    names = ("value", "low", "high")
    assert [row[name] for name in names] == pytest.approx([plain[name] for name in names])


def test_small_groups_and_those_who_did_not_say_are_never_named() -> None:
    people = [f"p{person}" for person in range(70)]
    kinds = ["a"] * 20 + ["b"] * 20 + ["c"] * 15 + ["few"] * 3 + [None] * 12
    rng = np.random.default_rng(3)
    feedback = table(*((p, str(rng.choice(list("abcd"))), 1, True) for p in people))
    crowd = pl.DataFrame({"user_id": people, "kind": kinds})
    rows = measure_rounds(feedback, known(LOG), people=crowd, by=("kind",))
    found = largest_gaps(rows)
    named = set(found["highest"]) | set(found["lowest"])
    assert named <= set(rows["group"].drop_nulls()) - {"(missing)"}
    assert "few" not in named
    assert len(named) >= 2


def test_one_world_has_no_interval_and_groups_without_a_value_no_gap() -> None:
    alone = largest_gaps(drawn(np.array([[1.0, 2.0]]), groups=["a", "b"]))
    assert alone.select("value", "low", "high").row(0) == (1.0, None, None)
    assert "one seed" in alone["note"].item()
    silent = largest_gaps(drawn(np.array([[1.0, 2.0, 9.0]] * 2), groups=["a", "b", "(missing)"]))
    assert silent["highest"].item() == "b"
    missing = drawn(np.array([[1.0, 2.0, 3.0], [1.0, 2.0, np.nan]]), groups=["a", "b", "c"])
    (row,) = largest_gaps(missing.with_columns(pl.col("value").fill_nan(None))).to_dicts()
    assert (row["highest"], row["lowest"], row["pairs"]) == ("b", "a", 1)
