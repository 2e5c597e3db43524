"""The page of main parameters: shares, a tree, and reasons put to the test."""

from __future__ import annotations

import re
from collections.abc import Iterator

import polars as pl
import pytest
import streamlit as st

from tests.dashboard.apptest import page, shown_text, small_world, stand_in, tables


@pytest.fixture(autouse=True)
def _clean_caches() -> Iterator[None]:
    yield
    st.cache_resource.clear()


def test_main_parameters_are_said_drawn_and_imitated() -> None:
    app = page("parameters", model="popularity")
    words = shown_text(app)
    assert "100% of the score of a person's best item comes from what the item gets" in words
    assert "This model does not look at what is known of the person." in words
    assert "R² " in words
    rules = tables(app)[-1]
    assert rules["Where"].str.starts_with("people who have the item above").any()
    app = page("parameters", model="ease")
    words = shown_text(app)
    assert "comes from what the person chose before" in words
    # The places are everyone's, the shares those of the people drawn.
    assert re.search(r"n = (\d+)\)", words)[1] == re.search(r"For (\d+) people drawn", words)[1]
    assert "For 300 people drawn" not in words


@pytest.mark.parametrize(
    ("language", "words"), [("en", "is left of what the history gave"), ("zh", "还剩")]
)
def test_reasons_are_put_to_the_test_when_asked(language: str, words: str) -> None:
    app = page("parameters", model="ease", language=language)
    assert words not in shown_text(app)
    app.button(key="test").click().run()
    assert not app.exception
    assert words in shown_text(app)
    table = tables(app)[-1]
    assert len(table) == 33
    assert set(table[::11, 2]) == {"100%"}
    app = page("parameters", model="popularity")
    assert "no history gives it reasons" in "".join(info.value for info in app.info)


def test_exploration_is_among_the_parameters_and_small_groups_are_not_shown(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    names = ["large"] * 14 + ["few"] * 6 + ["fewer"] * 4
    users = pl.DataFrame({"user_id": [f"u{u}" for u in range(24)], "group": names})
    stand_in(monkeypatch, small_world(users=users))
    app = page("parameters", dataset="ml-100k", model="popularity", rate=0.5)
    assert "a draw or a rule, not the score, filled" in shown_text(app)
    (table,) = [each for each in tables(app) if "Group" in each.columns]
    assert table["Group"].to_list() == ["large"]
    assert "n = 14" in table["places filled by exploration"][0]


def test_people_of_whom_nothing_is_known_have_main_parameters_too(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """No attribute, or none with a group large enough to be shown."""
    alone = pl.DataFrame({"user_id": [f"u{u}" for u in range(24)], "group": list("abcdef" * 4)})
    for users in (None, alone):
        st.cache_resource.clear()
        stand_in(monkeypatch, small_world(users=users))
        app = page("parameters", dataset="ml-100k", model="popularity")
        assert not app.exception
        assert "100% of the score of a person's best item" in shown_text(app)
