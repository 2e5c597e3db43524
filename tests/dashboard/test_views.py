"""Each view alone and through the router, in both languages, with data, without, and with bad."""

from __future__ import annotations

import logging
import re
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import polars as pl
import pytest
import streamlit as st

from audits.ledger import Ledger
from dashboard import loaders, reason_loaders
from dashboard.i18n import translator
from engine.config import RunConfig
from engine.errors import TableError
from engine.policies.registry import POLICIES
from tests.dashboard.apptest import (
    DATA_VIEWS,
    HOSTILE,
    VIEWS,
    page,
    router,
    shown_text,
    small_world,
    stand_in,
    tables,
    two_groups,
)

TITLES = {
    ("explore", "en"): "Explore or exploit",
    ("explore", "zh"): "探索还是利用",
    ("person", "en"): "One person's list",
    ("person", "zh"): "单个用户的列表",
    ("groups", "en"): "Groups",
    ("groups", "zh"): "群体对比",
    ("overview", "en"): "Overview",
    ("overview", "zh"): "总览",
    ("jobs", "en"): "Work in progress",
    ("jobs", "zh"): translator("zh")("Work in progress"),
    ("data", "en"): "Data",
    ("data", "zh"): "数据",
    ("trail", "en"): "Trail",
    ("trail", "zh"): "审计记录",
    ("own_data", "en"): "Your data",
    ("own_data", "zh"): "您的数据",
    ("feedback", "en"): "Rounds of feedback",
    ("feedback", "zh"): "反馈轮次",
    ("providers", "en"): "Providers",
    ("providers", "zh"): "提供方",
    ("verdicts", "en"): "Verdicts",
    ("verdicts", "zh"): "判定",
    ("report", "en"): "Report",
    ("report", "zh"): "报告",
    ("metrics", "en"): "Metrics",
    ("metrics", "zh"): "指标说明",
    ("models", "en"): "Models",
    ("models", "zh"): "模型对比",
    ("settings", "en"): "Policies and rates",
    ("settings", "zh"): "策略与探索率",
    ("off_policy", "en"): "What would it have earned?",
    ("off_policy", "zh"): "本可得到多少回报？",
    ("parameters", "en"): "Main parameters",
    ("parameters", "zh"): "主要参数",
}


@pytest.fixture(autouse=True)
def _clean_caches() -> Iterator[None]:
    yield
    st.cache_resource.clear()


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("view", VIEWS)
def test_a_view_runs_alone(view: str, language: str, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        app = page(view, language=language, rate=0.3)
    assert not app.exception
    assert not app.error
    assert app.title[0].value == TITLES[view, language]
    assert [record.message for record in caplog.records if "session_state" in record.message] == []


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_router_reaches_every_view(language: str) -> None:
    app = router(language=language)
    for view in VIEWS:
        app.switch_page(f"views/{view}.py").run()
        assert not app.exception
        assert app.title[0].value == TITLES[view, language]


def test_choices_outlive_a_change_of_page() -> None:
    app = router(rate=0.3, user="u2")
    app.switch_page("views/groups.py").run()
    app.selectbox(key="measure").set_value("recall").run()
    app.switch_page("views/explore.py").run()
    app.switch_page("views/groups.py").run()
    assert app.selectbox(key="measure").value == "recall"
    assert app.slider(key="rate").value == 0.3


def test_a_value_the_browser_has_is_not_sent_back_to_undo_the_next_press() -> None:
    app = router(rate=0.3)
    app.slider(key="rate").set_value(0.35).run()
    assert not app.slider(key="rate").proto.set_value
    app.switch_page("views/groups.py").run()
    assert app.slider(key="rate").value == 0.35
    assert app.slider(key="rate").proto.set_value
    app.selectbox(key="measure").set_value("recall").run()
    assert not app.selectbox(key="measure").proto.set_value
    assert not app.slider(key="rate").proto.set_value


@pytest.mark.parametrize("policy", ["mmr", "plackett-luce", "group-exposure"])
@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_kind_of_policy_says_what_its_rate_means(policy: str, language: str) -> None:
    app = page("explore", language=language, policy=policy, rate=0.3)
    assert not app.exception
    meaning = POLICIES[policy].meaning(0.3, 10)
    assert translator(language)(meaning.template, percent=30) in shown_text(app)


def test_what_a_rule_moved_is_not_called_chance() -> None:
    words = shown_text(page("person", policy="mmr", rate=0.8))
    assert "moved up" in words
    assert "by chance\n" not in words
    assert "0 are there by chance." in words


def test_switching_the_language_keeps_everything_else() -> None:
    app = router(rate=0.3)
    before = app.metric[0].value
    app.sidebar.get("button_group")[0].set_value("zh").run()
    assert app.title[0].value == "总览"
    assert app.metric[0].value == before


def test_moving_the_slider_moves_the_numbers_and_says_so() -> None:
    app = page("overview", rate=0.0)
    at_zero = [metric.value for metric in app.metric]
    assert "model's own list" in shown_text(app)
    app.slider(key="rate").set_value(0.5).run()
    assert [metric.value for metric in app.metric] != at_zero
    assert "On average 5 of 10 places are chosen by chance." in shown_text(app)
    assert "At an exploration rate of 0.50, accuracy falls by" in shown_text(app)


def test_every_card_has_its_n_and_interval() -> None:
    app = page("overview", rate=0.3)
    lines = [caption.value for caption in app.caption if caption.value.endswith("n = 300")]
    assert len(lines) == len(app.metric) == 4
    assert all(" to " in line for line in lines)


def test_why_shows_reasons_that_add_up() -> None:
    app = page("person", rate=0.0)
    app.button(key="why-3").click().run()
    assert "Why number 3?" in [header.value for header in app.header]
    run = RunConfig("planted", "ease", rate=0.0)
    train = loaders.split("planted", 7).train
    place = loaders.slates(run).items[train.user_row(app.selectbox(key="user").value)][2]
    found = loaders.explanations(run, app.selectbox(key="user").value)[int(place)]
    total = found.base_value + found.contributions.sum() + found.residual
    assert total == pytest.approx(found.score, abs=1e-6)
    assert f"{found.score:.3f}" in str(app.get("vega_lite_chart")[0].proto)


def test_every_method_and_game_draws_its_reasons_and_says_how_well_they_are_known() -> None:
    app = page("person", model="als", rate=0.0)
    for game in app.selectbox(key="reason-game").options:
        app.selectbox(key="reason-game").select(game).run()
        for method in app.selectbox(key="reason-method").options:
            app.selectbox(key="reason-method").select(method).run()
            words = shown_text(app)
            assert not app.exception
            assert not app.error
            assert f"Method: {method}." in words
            assert ("Fit of the line" in words) == ("LIME" in method)
            assert ("95% intervals" in words) == (method == "sampled orders (Shapley)")


def test_a_missing_library_is_told_in_place_of_the_bars(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "lime", None)
    app = page("person", rate=0.0)
    app.selectbox(key="reason-method").set_value("lime").run()
    assert "recscope[explain]" in app.error[0].value.replace("\\", "")
    assert len(app.header) == 3


def test_chance_is_told_from_the_score() -> None:
    words = shown_text(page("person", rate=1.0))
    assert "A draw put it here; its chance was" in words
    assert "By score alone it would be number" in words
    words = shown_text(page("person", policy="mmr", rate=0.8, place=4))
    assert "The policy's rule put it here." in words


def test_a_comparison_says_what_speaks_for_each() -> None:
    app = page("person", rate=0.0)
    words = shown_text(app)
    assert " more than “" in words
    assert "Without any history they would differ by +0.000." in words
    app.button(key="why-2").click().run()
    assert " less than “" in shown_text(app)


@pytest.mark.parametrize(
    ("rate", "kind"), [(0.0, "Without "), (1.0, "By score the item has place")]
)
def test_the_counterfactual_card_was_scored_again(rate: float, kind: str) -> None:
    app = page("person", rate=rate, question="counterfactual")
    words = shown_text(app)
    assert kind in words
    user = app.selectbox(key="user").value
    run = RunConfig("planted", "ease", rate=rate)
    row = loaders.split("planted", 7).train.user_row(user)
    found = reason_loaders.counterfactual(run, user, int(loaders.slates(run).items[row, 0]))
    scored = f"place {found.rank_before} becomes place {found.rank_after}."
    assert (scored in words) == found.found


def test_what_if_lists_anew() -> None:
    app = page("person", rate=0.0, question="what-if")
    assert "Change something" in shown_text(app)
    user = app.selectbox(key="user").value
    train = loaders.split("planted", 7).train
    history = train.histories.items_of(train.user_row(user))[::-1].tolist()
    app.multiselect(key=f"drop-{user}").set_value(history[:8]).run()
    words = shown_text(app)
    assert "another item." in words
    assert " goes from " in words
    app.multiselect(key=f"drop-{user}").set_value([]).run()
    other = app.selectbox(key=f"attribute-group-{user}").options[0]
    app.selectbox(key=f"attribute-group-{user}").select(other).run()
    assert "This model does not look at what is known of the person" in app.info[0].value
    assert "The list stays as it is." in shown_text(app)
    assert "No score changes" not in shown_text(app)
    app = page("person", rate=0.0, question="what-if", model="popularity")
    app.multiselect(key=f"drop-{user}").set_value(history[:1]).run()
    assert "No score changes: the model does not look at this." in shown_text(app)


def test_next_and_anyone_turn_to_another_person() -> None:
    app = page("person")
    first = app.selectbox(key="user").value
    app.button(key="next-person").click().run()
    assert app.selectbox(key="user").value != first
    app.button(key="any-person").click().run()
    assert not app.exception


def test_a_missing_data_set_says_what_to_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RECSCOPE_CACHE", str(tmp_path))
    for language, sentence in (("en", "recscope fetch ml-100k"), ("zh", "本机上还没有数据集")):
        app = router(dataset="ml-100k", language=language)
        assert not app.exception
        assert sentence in shown_text(app)
        app.selectbox(key="dataset").set_value("planted").run()
        assert not app.error


@pytest.mark.parametrize("view", DATA_VIEWS)
def test_an_error_of_the_data_is_a_sentence_and_the_page_lives(
    view: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(name: str) -> None:
        raise TableError("{file} has no rows; give a table with at least one row", file="a_*b*.csv")

    monkeypatch.setattr(loaders, "load", refuse)
    monkeypatch.setattr(loaders, "split", lambda name, seed: loaders.dataset(name))
    app = page(view, language="zh")
    assert not app.exception
    assert app.error[0].value.replace("\\", "") == "a_*b*.csv 没有数据行；请给出至少有一行的表"


def test_people_nobody_knows_anything_about_make_no_groups(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    stand_in(monkeypatch, small_world())
    app = page("groups", dataset="ml-1m")
    assert not app.exception
    assert "there are no groups to compare" in app.info[0].value
    app = page("overview", dataset="ml-1m", rate=0.2)
    assert not app.exception
    assert [metric.value for metric in app.metric][1] == "–"


@pytest.mark.parametrize("view", VIEWS)
def test_text_from_data_is_never_markup(view: str, monkeypatch: pytest.MonkeyPatch) -> None:
    people = two_groups((HOSTILE, "b"))
    stand_in(monkeypatch, small_world(users=people, hostile=True))
    app = page(view, dataset="ml-1m")
    assert not app.exception
    assert "not on this machine" not in shown_text(app), "the data were not shown at all"
    marked = [*app.markdown, *app.caption, *app.error, *app.info, *app.get("badge")]
    assert [element.value for element in marked if "![x]" in str(element.value)] == []


def test_a_group_too_small_to_show_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    names = ["few"] * 3 + ["some"] * 10 + ["many"] * 11
    users = two_groups(("a", "b")).with_columns(group=pl.Series(names))
    stand_in(monkeypatch, small_world(users=users))
    app = page("groups", dataset="ml-1m")
    assert not app.exception
    assert "2 groups are withheld: few and some" in shown_text(app)


def test_models_are_compared_and_the_best_is_named_with_its_doubts() -> None:
    app = page("models", model="als")
    assert "The most accurate of these is" in shown_text(app)
    assert "Its interval meets those of" in shown_text(app)
    table = tables(app)[0]
    assert table.shape == (6, 12)
    assert set(table["Serves items nobody has yet"]) == {"no"}
    app.multiselect(key="compared").set_value(["popularity", "ease"]).run()
    assert "meets those of" not in shown_text(app)
    app.multiselect(key="compared").set_value(["popularity"]).run()
    assert "The most accurate of these is Popularity" in shown_text(app)
    assert "meets those of" not in shown_text(app)
    app.multiselect(key="compared").set_value(["content"]).run()
    assert tables(app)[0]["Serves items nobody has yet"].to_list() == ["yes"]
    app.multiselect(key="compared").set_value([]).run()
    assert app.info[0].value == "Choose at least one model."


def test_the_comparison_has_the_numbers_of_the_other_pages() -> None:
    app = page("models", model="item-knn", compared=["item-knn"])
    accuracy = page("overview", model="item-knn", rate=0.0).metric[0].value
    assert accuracy in shown_text(app).replace("\\", "")


def test_a_catalogue_without_categories_has_no_variety_to_draw(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    world = small_world()
    bare = replace(world, items=world.items.with_columns(categories=pl.lit([], pl.List(pl.String))))
    stand_in(monkeypatch, bare)
    app = page("models", dataset="ml-1m", compared=["popularity", "ease"])
    assert not app.exception
    assert "variety cannot be measured" in app.info[0].value
    assert tables(app)[0].shape[0] == 2


def test_verdicts_come_worst_first_with_their_evidence() -> None:
    app = page(
        "verdicts", model="item-knn", rate=0.0, presets=["quality_parity", "diversity_floor"]
    )
    assert not app.exception
    counts = [int(metric.value) for metric in app.metric]
    heads = [re.findall(r":material/\w+: ([^]]+)]", fold.label)[0] for fold in app.expander]
    assert sum(counts) == len(heads) == 6
    words = ["fails", "not enough evidence", "holds"]
    assert heads == [word for word, n in zip(words, counts, strict=True) for _ in range(n)]
    assert tables(app) == []  # evidence is drawn once somebody opens a fold
    app.multiselect(key="presets").set_value([]).run()
    assert app.info[0].value == "Choose at least one set of thresholds."


def test_a_report_is_signed_and_rejected_under_a_pseudonym(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RECSCOPE_TRAIL", str(tmp_path / "trail.db"))
    monkeypatch.setenv("RECSCOPE_KEY", str(tmp_path / "key"))
    app = page("report", rate=0.0, presets=["diversity_floor"])
    assert not app.exception
    assert "Nobody has signed anything yet." in shown_text(app)
    app.button[0].click().run()
    assert app.warning[0].value == "say who you are before you sign or reject a report"
    app.text_input(key="signer").set_value("Ada Lovelace")
    app.text_input(key="note").set_value("seen")
    app.button[1].click().run()
    assert not app.exception
    [entry] = Ledger(tmp_path / "trail.db").entries()
    assert (entry.action, entry.note) == ("rejected", "seen")
    assert "Ada" not in str(entry)
    table = tables(app)[-1]
    assert table["Decision"].to_list() == ["rejected"]
