"""The off-policy page: warnings first, estimators side by side, refusals that say why."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

import numpy as np
import polars as pl
import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest
from streamlit.testing.v1.element_tree import Element

from dashboard.uploads.columns import guess
from tests.dashboard.apptest import HOSTILE, page, shown_text, tables


@pytest.fixture(autouse=True, scope="module")
def _clean_caches() -> Iterator[None]:
    yield
    st.cache_resource.clear()


def _log(*, propensity: bool = True, lists: bool = False) -> bytes:
    """Items a to d shown evenly to 300 people; only a is ever clicked."""
    rng = np.random.default_rng(5)
    items = rng.choice(list("abcd"), 600)
    columns = {
        "user": [f"u{i // 2}" for i in range(600)],
        "sku": items,
        "click": (items == "a").astype(int),
        "mostly_a": np.where(items == "a", 0.7, 0.1),
    }
    if propensity:
        columns["pscore"] = np.full(600, 0.25)
    if lists:
        columns |= {"list_id": np.arange(600), "position": np.ones(600, dtype=int)}
    return pl.DataFrame(columns).write_csv().encode()


def _own(content: bytes, *, name: str = "mine.csv", **chosen: object) -> AppTest:
    app = page("off_policy", log_source="own", **chosen)
    app.get("file_uploader")[0].upload(name, content)
    return app.run()


def _said(boxes: Iterable[Element]) -> str:
    return "\n".join(box.value.replace("\\", "") for box in boxes)


def test_the_sample_shows_cautions_before_any_number() -> None:
    app = page("off_policy")
    assert not app.exception
    kinds = [element.type for element in app.main if hasattr(element, "value")]
    last_caution = max(place for place, kind in enumerate(kinds) if kind == "warning")
    assert last_caution < kinds.index("metric")
    assert last_caution < kinds.index("html")
    assert "rows are taken for people" in _said(app.warning)
    words = shown_text(app)
    assert "The Thompson sampler would have earned 0.00" in words
    assert "by DR" in words
    table = tables(app)[0]
    assert table["Estimator"].to_list() == [
        "IPS", "SNIPS", "DM", "DR", "Switch-DR", "the log itself", "earned in its own log",
    ]  # fmt: skip


def test_a_share_left_to_chance_has_a_name_and_no_own_log() -> None:
    app = page("off_policy", left_to_chance=0.3)
    assert "The Thompson sampler with 30% left to chance would have earned" in shown_text(app)
    assert "earned in its own log" not in tables(app)[0]["Estimator"].to_list()


def test_too_little_evidence_is_told_in_red() -> None:
    app = page("off_policy", target="uniform", logged_by="thompson", least_ess=500)
    assert "the evidence does not suffice" in _said(app.error)
    assert "The evidence does not suffice to act on it." in shown_text(app)


def test_no_estimate_is_given_where_the_log_lacks_what_the_target_shows() -> None:
    app = page("off_policy", target="uniform", logged_by="thompson", most_unseen=0.1)
    assert "never shown in the log, more than the limit" in _said(app.error)
    assert "No estimate is given" in shown_text(app)
    assert app.get("vega_lite_chart") == []


def test_an_own_log_is_guessed_and_evaluated() -> None:
    app = _own(_log())
    assert not app.exception
    assert app.selectbox(key="log-item_id").value == "sku"
    app.selectbox(key="own_target").set_value("mostly_a").run()
    assert "“mostly_a” would have earned 0." in shown_text(app)
    assert "Only the target's chance" in _said(app.warning)


def test_a_log_without_chances_is_refused_until_they_are_estimated_and_labelled_so() -> None:
    app = _own(_log(propensity=False))
    assert "does not say how likely" in app.error[0].value
    assert app.get("vega_lite_chart") == []
    app.toggle(key="estimated").set_value(True).run()
    assert not app.error
    assert "propensities were estimated" in _said(app.warning)
    assert "Chance alone would have earned" in shown_text(app)


def test_lists_without_chances_are_refused_for_good() -> None:
    app = _own(_log(propensity=False, lists=True))
    assert "does not say how likely" in app.error[0].value
    assert [toggle.key for toggle in app.toggle] == ["independent"]


def test_lists_get_the_estimators_of_lists() -> None:
    app = _own(_log(lists=True))
    assert not app.exception
    assert "SIPS" in tables(app)[0]["Estimator"].to_list()


def test_a_wrong_column_is_a_sentence_that_names_it() -> None:
    app = _own(_log(), **{"log-reward": "user"})
    assert not app.exception
    assert "reward" in app.error[0].value


def test_a_file_that_is_no_table_is_a_sentence() -> None:
    app = _own(b"\x00\xff" * 30)
    assert not app.exception
    assert len(app.error) == 1


def test_names_of_an_uploaded_log_are_never_markup() -> None:
    rows = f'item_id,reward,propensity,"{HOSTILE}"\na,1,0.5,0.5\nb,0,0.5,0.5\n'
    app = _own(rows.encode(), own_target=HOSTILE)
    assert not app.exception
    marked = [*app.markdown, *app.caption, *app.error, *app.warning, *app.info]
    assert [element.value for element in marked if "![x]" in str(element.value)] == []


def test_the_sample_not_fetched_yet_says_what_to_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RECSCOPE_CACHE", str(tmp_path))
    st.cache_resource.clear()
    app = page("off_policy")
    assert "recscope fetch open-bandit" in app.error[0].value.replace("\\", "")


def test_a_column_is_guessed_for_one_field_alone() -> None:
    assert guess(["item", "item_id", "probability", "position", "other"]) == {
        "item_id": "item_id",
        "propensity": "probability",
        "rank": "position",
    }
