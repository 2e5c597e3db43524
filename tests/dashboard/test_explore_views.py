"""The pages about exploring: the curve, who pays, one list, settings and their rule."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import polars as pl
import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from audits.rules import Rule, suggest
from dashboard import loaders
from dashboard.components.before_after import moves
from dashboard.exploration import RATES
from engine.config import RunConfig
from tests.dashboard.apptest import (
    page,
    router,
    shown_text,
    small_world,
    stand_in,
    tables,
    two_groups,
)

RUN = RunConfig("planted", "ease", rate=0.0)


@pytest.fixture(autouse=True, scope="module")
def _clean_caches() -> Iterator[None]:
    yield
    st.cache_resource.clear()


def test_the_curve_has_the_numbers_of_the_audits_at_its_rates() -> None:
    curve = loaders.curve(RUN, ("group",))
    assert [setting.rate for setting in curve] == list(RATES)
    for rate in (0.0, 0.3):
        alone = loaders.summary(replace(RUN, rate=rate), ("group",)).results
        expected = next(r for r in alone if (r.metric, r.by) == ("ndcg", None))
        assert curve[RATES.index(rate)].rows["ndcg"] == expected
        exposure = loaders.measured(replace(RUN, rate=rate), ("group",)).now.exposure
        assert curve[RATES.index(rate)].rows["exposure_merit"] == exposure.row
    change = loaders.measured(replace(RUN, rate=0.3), ("group",)).change
    expected = next(r for r in change if (r.metric, r.by) == ("ndcg", None))
    assert curve[3].changes["ndcg"] == expected


def test_the_point_moves_along_the_curve_and_the_curve_stays() -> None:
    app = page("explore", rate=0.2)
    measured = loaders.curve(RUN, ("group",))
    app.slider(key="rate").set_value(0.35).run()
    assert loaders.curve(RUN, ("group",)) is measured
    texts = shown_text(app)
    assert "Highest at rate" in texts
    assert "Every tenth of the rate" in texts
    assert texts.count("Now ") == 2


def test_another_effect_is_drawn_when_it_is_chosen() -> None:
    app = page("explore", rate=0.2, effect="exposure_merit")
    assert not app.exception
    assert "Least exposed provider group" in shown_text(app)


def test_who_pays_is_named_and_nobody_does_at_rate_0() -> None:
    assert "At rate 0.60, accuracy falls for" in shown_text(page("explore", rate=0.6))
    words = shown_text(page("explore", rate=0.0))
    assert "Nobody: at rate 0 nothing is explored" in words


def test_groups_too_small_to_show_are_not_among_those_who_pay(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    names = ["few"] * 3 + ["some"] * 10 + ["many"] * 11
    users = two_groups(("a", "b")).with_columns(group=pl.Series(names))
    stand_in(monkeypatch, small_world(users=users))
    st.cache_resource.clear()
    app = page("explore", dataset="ml-1m", rate=0.5)
    assert not app.exception
    assert "2 groups are withheld: few and some" in shown_text(app)
    found = loaders.change_by_group(RunConfig("ml-1m", "ease", rate=0.5), "group")
    assert {row.group for row in found} == {"many"}
    st.cache_resource.clear()


def test_what_entered_and_left_is_counted_from_both_lists() -> None:
    app = page("explore", rate=0.6)
    user = app.selectbox(key="user").value
    row = loaders.split("planted", 7).train.user_row(user)
    own, shown = (loaders.slates(replace(RUN, rate=rate)).items[row] for rate in (0.0, 0.6))
    found = moves(own.tolist(), shown.tolist())
    assert (own != shown).any()
    assert f"{len(found.entered)} items entered. {len(found.left)} items left." in shown_text(app)
    lists = [element.value for element in app.markdown if element.value.startswith("1. ")]
    assert lists[0].count("left]") == len(found.left)
    assert lists[1].count("entered]") == len(found.entered)
    app.slider(key="rate").set_value(0.0).run()
    assert "nothing enters and nothing leaves" in shown_text(app)


def test_moves_hold_for_short_lists() -> None:
    assert moves([1, 2, -1], [2, 3, -1]) == moves([1, 2], [2, 3])
    assert moves([1, 2], [1, 2]).moved == ()


def _measured(**chosen: object) -> AppTest:
    app = page("settings", tried_policies=["epsilon-greedy", "mmr"], **chosen)
    return app.button(key="measure-settings").click().run()


def test_settings_are_measured_when_asked_and_the_rule_suggests_one() -> None:
    app = page("settings", tried_policies=["epsilon-greedy", "mmr"])
    assert "Nothing has been measured" in app.info[0].value
    app.button(key="measure-settings").click().run()
    assert not app.exception
    every = [*loaders.curve(RUN, ("group",))]
    every += loaders.curve(replace(RUN, policy="mmr"), ("group",))[1:]
    expected = suggest(every, Rule())
    words = shown_text(app)
    assert "The rule suggests" in words
    assert f"n = {expected.setting.rows['gap'].n}" in words
    assert len(app.get("vega_lite_chart")) == 2
    assert tables(app)[0].shape[0] == 21


def test_an_edited_rule_suggests_another_setting_and_it_can_be_used() -> None:
    app = _measured()
    app.selectbox(key="objective").set_value("intra_list_diversity").run()
    app.selectbox(key="side").set_value("most").run()
    app.selectbox(key="within").set_value(20).run()
    assert "most “Variety within a list” within 20%" in shown_text(app)
    app.button(key="use-setting").click().run()
    every = [*loaders.curve(RUN, ("group",))]
    every += loaders.curve(replace(RUN, policy="mmr"), ("group",))[1:]
    chosen = suggest(every, Rule("intra_list_diversity", True, "ndcg", 0.2)).setting
    assert chosen.rate > 0
    assert app.session_state["policy"] == chosen.policy
    assert app.session_state["rate"] == chosen.rate


def test_what_was_measured_for_another_model_is_not_shown() -> None:
    app = router(tried_policies=["epsilon-greedy"])
    app.switch_page("views/settings.py").run()
    app.button(key="measure-settings").click().run()
    assert "The rule suggests" in shown_text(app)
    app.selectbox(key="model").set_value("popularity").run()
    assert "Nothing has been measured" in shown_text(app)
    app.selectbox(key="model").set_value("ease").run()
    app.selectbox(key="policy").set_value("plackett-luce").run()
    assert "The rule suggests" in shown_text(app)


def test_a_policy_the_data_cannot_serve_is_said_and_the_others_are_shown(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    world = small_world(users=two_groups(("a", "b")))
    bare = replace(world, items=world.items.with_columns(categories=pl.lit([], pl.List(pl.String))))
    stand_in(monkeypatch, bare)
    st.cache_resource.clear()
    app = page("settings", dataset="ml-1m", tried_policies=["calibration", "epsilon-greedy"])
    app.button(key="measure-settings").click().run()
    assert not app.exception
    assert "name no categories" in app.warning[0].value
    assert "The rule suggests" in shown_text(app)
    st.cache_resource.clear()


def test_without_groups_only_variety_is_held_against_accuracy(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    stand_in(monkeypatch, small_world())
    st.cache_resource.clear()
    app = page("settings", dataset="ml-1m", tried_policies=["epsilon-greedy"])
    app.button(key="measure-settings").click().run()
    assert not app.exception
    assert len(app.get("vega_lite_chart")) == 1
    assert "gap" not in app.selectbox(key="objective").options
    st.cache_resource.clear()
