"""Long work in a real browser: run, leave, come back, stop, go on; and a model that must learn."""

from __future__ import annotations

import os
import re
import signal

import pytest
from playwright.sync_api import Browser, Page, expect

from dashboard.i18n import translator
from dashboard.jobs import place
from tests.browser.chromium import serve, visit
from tests.dashboard.messages import ROOT

pytestmark = pytest.mark.browser
LONG = 180_000


def _bar(page: Page) -> str:
    return page.get_by_test_id("stProgress").first.inner_text()


def _rounds(text: str) -> int:
    return int(text.split()[0].replace(",", ""))


def test_a_simulation_is_run_left_stopped_and_resumed(browser: Browser, address: str) -> None:
    with visit(browser, address, query="?dataset=planted") as seen:
        page = seen.page
        seen.turn_to("Rounds of feedback")
        page.get_by_role("radio", name="20", exact=True).click()
        seen.settle()
        # Rounds, worlds, and how often the model learns offer a 10 each.
        page.get_by_role("radio", name="10", exact=True).nth(1).click()
        seen.settle()
        page.get_by_role("button", name="Run the simulation").click()
        expect(page.get_by_text("rounds of feedback.").first).to_be_visible(timeout=LONG)
        seen.turn_to("Work in progress")
        expect(page.get_by_text("Feedback simulation · Planted world")).to_be_visible()
        expect(page.get_by_test_id("stProgress").first).to_be_visible()
        seen.turn_to("Rounds of feedback")
        page.get_by_role("button", name="Stop").click()
        expect(page.get_by_text("Stopped. What it has done is kept")).to_be_visible(timeout=LONG)
        kept = _rounds(page.get_by_text("What is there is kept").inner_text())
        assert kept > 0
        page.get_by_role("button", name="Resume").click()
        expect(page.get_by_text(" of 1,000: rounds of feedback.").first).to_be_visible(timeout=LONG)
        assert _rounds(_bar(page)) >= kept
        _kill_a_worker()
        expect(page.get_by_role("heading", name="One person's journey")).to_be_visible(timeout=LONG)
        seen.settle()
        assert seen.complaints == []
        assert seen.elsewhere() == []


def test_a_simulation_is_stopped_resumed_and_finished_in_chinese(
    browser: Browser, address: str
) -> None:
    _ = translator("zh")
    query = "?dataset=planted&seed=8&loop_worlds=10&loop_rounds=20"
    with visit(browser, address, query=query, locale="zh-CN") as seen:
        page = seen.page
        seen.turn_to("Rounds of feedback", language="zh")
        page.get_by_role("button", name=_("Run the simulation")).click()
        expect(page.get_by_text(_("rounds of feedback")).first).to_be_visible(timeout=LONG)
        page.get_by_role("button", name=_("Stop")).click()
        stopped = _("Stopped. What it has done is kept, and it can go on from there.")
        expect(page.get_by_text(stopped)).to_be_visible(timeout=LONG)
        page.get_by_role("button", name=_("Resume")).click()
        expect(page.get_by_text(stopped)).not_to_be_visible(timeout=LONG)
        journey = page.get_by_role("heading", name=_("One person's journey"))
        expect(journey).to_be_visible(timeout=LONG)
        seen.settle()
        words = page.get_by_test_id("stMain").inner_text()
        assert _("How far can this be believed?") in words
        assert re.findall("[A-Za-z]{3,} [a-z]{3,} [a-z]{3,}", words) == []
        assert page.get_by_test_id("stVegaLiteChart").count() >= 2
        assert seen.complaints == []
        assert seen.elsewhere() == []


def _kill_a_worker() -> None:
    """Kill whoever does the job; the page does not notice but for the time it takes."""
    with place.table().database.reading() as connection:
        row = connection.execute("SELECT worker FROM jobs WHERE state = 'running'").fetchone()
    if row is not None:
        os.kill(int(row[0].partition("-")[0]), signal.SIGKILL)


def test_a_model_that_must_learn_freezes_no_page(browser: Browser, address: str) -> None:
    with visit(browser, address, query="?dataset=planted&model=mult-vae") as seen:
        page = seen.page
        expect(page.get_by_text("learns in the background")).to_be_visible()
        seen.turn_to("Metrics")
        seen.turn_to("Explore or exploit")
        expect(page.get_by_text("At an exploration rate of 0.10")).to_be_visible(timeout=LONG)
        assert seen.complaints == []


def test_lists_for_many_people_freeze_no_page(browser: Browser) -> None:
    large = ROOT / "tests" / "browser" / "large_app.py"
    query = "?dataset=planted&rate=0.35&seed=11"
    with serve(large) as address, visit(browser, address, query=query) as seen:
        page = seen.page
        expect(page.get_by_text("Making and measuring these lists")).to_be_visible()
        seen.turn_to("Metrics")
        expect(page.get_by_role("heading", level=1)).to_have_text("Metrics")
        seen.turn_to("Overview")
        expect(page.get_by_text("At an exploration rate of 0.35")).to_be_visible(timeout=LONG)
        seen.turn_to("One person's list")
        expect(page.get_by_role("heading", name="The list")).to_be_visible(timeout=LONG)
        seen.turn_to("Models")
        expect(page.get_by_text("The most accurate of these is")).to_be_visible(timeout=LONG)
        assert seen.complaints == []
        assert seen.elsewhere() == []
