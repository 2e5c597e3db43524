"""The page on feedback: it runs a process, watches it, and says what came out."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from time import monotonic, sleep

import polars as pl
import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from dashboard.access.person import LOCAL
from dashboard.components.loop_card import warning_sentence
from dashboard.components.loop_evidence import EFFECTS, WORLDS, read_evidence
from dashboard.components.loop_groups import MEASURES
from dashboard.components.loop_journey import category_shares
from dashboard.components.loop_panels import PANELS
from dashboard.i18n import translator
from dashboard.jobs import place, queue
from engine.dataset import make_dataset
from tests.dashboard.apptest import PATIENCE, page, shown_text

SMALL = {
    "model": "popularity",
    "loop_rates": [0.0, 0.5],
    "loop_arms": ["search", "oracle"],
    "loop_rounds": 5,
    "loop_worlds": 3,
}


@pytest.fixture(autouse=True)
def _own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("RECSCOPE_CACHE", str(tmp_path))
    yield
    st.cache_resource.clear()


def finished(app: AppTest) -> AppTest:
    begun = monotonic()
    while not app.get("download_button"):
        assert monotonic() - begun < PATIENCE
        sleep(0.3)
        app.run()
        assert not app.exception
    return app


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_run_is_watched_to_its_end_and_says_what_it_found(language: str) -> None:
    chosen = {**SMALL, "loop_rates": [0.0, 0.2, 0.5], "loop_picks": 1, "loop_visits": "even"}
    app = page("feedback", language=language, **chosen)
    assert app.info
    app.button(key="loop_run").click().run()
    finished(app)
    words = shown_text(app)

    _ = translator(language)
    assert _("One person's journey") in words
    assert _("Effects known from studies") == app.expander[-1].label
    assert words.count("95%") >= len(PANELS)
    charts = app.get("vega_lite_chart")
    # All measures of everyone and by rate, those of groups, and two journeys: told by their axes.
    assert len(charts) == 2 * len(PANELS) + len(MEASURES) + 2
    specs = [json.dumps(json.loads(chart.proto.spec), ensure_ascii=False) for chart in charts]
    assert sum(_("Round (simulated)") in spec for spec in specs) == len(charts) - len(PANELS)
    assert sum(f'"title": "{_("Exploration rate")}"' in spec for spec in specs) == len(PANELS)
    assert _("How it moves with the exploration rate") in words
    assert _("Group by group") in words
    assert len(app.get("download_button")) == 2
    assert "recscope simulate --dataset planted --model popularity" in app.code[0].value
    assert "--picks 1 --outside 4.5 --place-bias 1 --visits even" in app.code[0].value

    before = words
    app.get("button_group")[-1].set_value("oracle").run()
    assert not app.exception
    assert shown_text(app) != before


def test_a_stopped_run_says_so_and_goes_on_where_it_stopped() -> None:
    app = page("feedback", **{**SMALL, "model": "ease", "loop_rounds": 10})
    app.button(key="loop_run").click().run()
    (job,) = queue.listed(LOCAL)
    folder = place.results().path(job.work)
    begun = monotonic()
    while not list(folder.glob("*/measures.parquet")):
        assert monotonic() - begun < PATIENCE
        queue.get(job.id, person=LOCAL)  # who asks about a job sees to it that a worker comes
        sleep(0.05)
    app.run()
    app.button(key=f"stop-page-{job.id}").click().run()
    while queue.get(job.id, person=LOCAL).active:
        assert monotonic() - begun < PATIENCE
        sleep(0.05)
    there = set(folder.glob("*/feedback-*.parquet"))
    app.run()
    assert "What it has done is kept, and it can go on" in shown_text(app)
    assert "What is there is kept" in shown_text(app)
    app.button(key=f"go-on-page-{job.id}").click().run()
    finished(app)
    assert there < set(folder.glob("*/feedback-*.parquet"))
    assert [record.id for record in queue.listed(LOCAL)] == [job.id]


def test_a_run_that_fails_says_why_in_the_readers_language() -> None:
    app = page("feedback", language="zh", **SMALL)
    app.button(key="loop_run").click().run()
    (job,) = queue.listed(LOCAL)
    queue.cancel(job.id, LOCAL)
    begun = monotonic()
    while queue.get(job.id, person=LOCAL).active:
        assert monotonic() - begun < PATIENCE
        sleep(0.05)
    plan = place.results().path(job.work) / "plan.json"
    plan.parent.mkdir(parents=True, exist_ok=True)
    plan.write_text("{}")
    app.run()
    app.button(key=f"go-on-page-{job.id}").click().run()
    while not app.error:
        assert monotonic() - begun < PATIENCE
        sleep(0.3)
        app.run()
    assert "文件夹" in app.error[0].value


def test_more_worlds_and_arms_share_a_folder_and_other_people_do_not() -> None:
    def folder(**config: str) -> Path:
        return queue.folder_of("simulate", {"dataset": "planted", **config}, person=LOCAL)

    few = folder(adoption="1", seeds="3", arms="search")
    assert folder(seeds="10", arms="search,oracle", adoption="1") == few
    assert folder(adoption="0.5") != few


def test_a_journey_sums_choices_up_and_shares_them_out() -> None:
    data = make_dataset(
        "two",
        pl.DataFrame({"user_id": ["u"], "item_id": ["a"]}),
        items=pl.DataFrame(
            {"item_id": ["a", "b", "c"], "categories": [["x"], ["x", "y"], []]},
            schema_overrides={"categories": pl.List(pl.String)},
        ),
    )
    choices = pl.DataFrame(
        {"arm": ["one"] * 3, "round": [1, 2, 2], "item_id": ["a", "b", "c"], "user_id": ["u"] * 3}
    )
    shares = category_shares(choices, data, ["one", "two"])
    rows = shares.filter(pl.col("share") > 0).select("arm", "round", "category", "share").rows()
    assert sorted(rows) == [
        ("one", 1, "x", 1.0),
        ("one", 2, "x", 0.75),
        ("one", 2, "y", 0.25),
    ]
    assert "two" not in shares["arm"]


def test_a_bad_fit_is_named_and_a_good_one_is_not() -> None:
    card = pl.DataFrame(
        {"measure": ["per_user_distance", "category_share_l1"], "fits": [False, True]}
    )
    bits = [{"name": "tastes", "value": 1.0}, {"name": "popularity", "value": 0.5}]
    _ = translator("en")
    warning = warning_sentence(card, bits, _)
    assert warning is not None
    assert "How much people take" in warning
    assert "Mix of categories" not in warning
    assert warning_sentence(card.filter("fits"), bits, _) is None
    worse = warning_sentence(card.filter("fits"), [bits[0], {**bits[1], "value": 2.0}], _)
    assert worse is not None
    assert "popularity alone foretells better" in worse


def test_the_record_of_the_studies_is_there_with_a_verdict_for_each() -> None:
    record = read_evidence()
    assert record is not None
    assert record["holds"]
    studies = {row["study"] for row in record["effects"]}
    assert studies >= {"Chaney 2018", "Jiang 2019", "Mild exploration 2026"}
    assert tuple(row["says"] for row in record["effects"]) == EFFECTS
    assert tuple(record["studies"]) == WORLDS
