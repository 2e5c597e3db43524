"""Small parts of the pages with answers known by construction."""

from __future__ import annotations

import re

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from audits.results import DIFFERENCE, RATIO, Result
from dashboard.components.attributes import attributes_of
from dashboard.components.figures import direction, extremes, find, range_text, value_text
from dashboard.components.plain import JOINER, plain
from dashboard.i18n import translator
from dashboard.labels import attribute_label, person_label, value_label
from tests.dashboard.apptest import small_world

EN = translator("en")


def _row(group: str | None, value: float | None, low: float | None, high: float | None) -> Result:
    by = None if group is None else "gender"
    return Result("ndcg", 10, by, group, 20, value, low, high, "none: all values are equal")


ROWS = (
    _row(None, 0.4, 0.3, 0.5),
    _row("F", 0.3, 0.2, 0.4),
    _row("M", 0.45, 0.4, 0.5),
    _row("(missing)", 0.9, 0.8, 1.0),
    _row(DIFFERENCE, 0.15, 0.1, 0.2),
    _row(RATIO, 0.67, 0.5, 0.8),
)


def test_the_gap_is_named_by_its_two_groups() -> None:
    span = extremes(ROWS, "ndcg", "gender")
    assert span is not None
    assert (span.largest.group, span.smallest.group) == ("M", "F")
    assert extremes(ROWS[:2], "ndcg", "gender") is None


def test_a_row_is_found_by_measure_and_group() -> None:
    assert find(ROWS, "ndcg") is ROWS[0]
    assert find(ROWS, "ndcg", by="gender", group="M") is ROWS[2]
    assert find(ROWS, "recall") is None


@pytest.mark.parametrize(
    ("low", "high", "said"),
    [(0.1, 0.2, 1), (-0.2, -0.1, -1), (-0.1, 0.1, 0), (0.0, 0.1, 0), (None, None, 0)],
)
def test_a_change_is_clear_when_its_interval_leaves_out_zero(
    low: float | None, high: float | None, said: int
) -> None:
    assert direction(_row(None, 0.1, low, high)) == said


def test_what_cannot_be_had_is_said() -> None:
    assert value_text(EN, None) == "–"
    assert range_text(EN, _row(None, 0.4, None, None)) == "no interval: all values are equal"


def test_identifiers_are_not_groups() -> None:
    users = pl.DataFrame(
        {
            "user_id": [f"u{u}" for u in range(40)],
            "zip": [f"z{u}" for u in range(40)],
            "group": ["a", "b"] * 20,
            "gender": ["F", "M"] * 20,
            "same": ["x"] * 40,
            "income": [u / 7 for u in range(40)],
        }
    )
    assert attributes_of(small_world(users=users)) == ["gender", "group"]


def test_names_without_words_of_their_own_are_shown_as_they_are() -> None:
    assert attribute_label(EN, "shoe size") == "shoe size"
    assert value_label(EN, None) == "(not stated)"
    assert (value_label(EN, "F"), person_label(EN, "F")) == ("women", "woman")


@given(st.text())
def test_escaped_text_reads_as_it_was(text: str) -> None:
    shown = re.sub(r"\\(.)", r"\1", plain(text))
    assert shown.replace(JOINER, "") == " ".join(text.split()).replace(JOINER, "")


@pytest.mark.parametrize("signs", ["--", "->", "<-", "<->", ">=", "<=", "~=", ":streamlit:"])
def test_signs_that_streamlit_makes_into_others_are_kept_apart(signs: str) -> None:
    for text in (signs, f"a {signs} b", f"{signs} b", f"a {signs}"):
        shown = re.sub(r"\\(.)", r"\1", plain(text))
        assert signs not in shown
        assert shown.replace(JOINER, "") == text


@pytest.mark.parametrize("text", ["--game margin", "a-b", "a < b", "1 - 2", "a--b", "streamlit"])
def test_signs_that_stay_as_they_are_get_no_joiner(text: str) -> None:
    assert JOINER not in plain(text)
