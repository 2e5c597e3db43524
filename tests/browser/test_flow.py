"""From question to evidence: the worst gap, one item undone, a log of one's own, a shared link."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from playwright.sync_api import Browser, Page, expect

from dashboard.i18n import translator
from engine.sources.registry import load, own_split
from tests.browser.chromium import Visit, visit
from tests.dashboard.apptest import HOSTILE
from tests.dashboard.messages import ROOT

pytestmark = pytest.mark.browser
LOCALES = {"en": "en-US", "zh": "zh-CN"}
WRONG = {
    "en": "recommendations.csv:2, column rank, row 1: 'first'",
    "zh": re.compile("recommendations.csv.*rank.*'first'"),
}
WORLD = "?dataset=planted&rate=0.3"


def _quiet(seen: Visit) -> None:
    assert seen.complaints == []
    assert seen.elsewhere() == []
    assert seen.dialogs == []


def _shows(seen: Visit, words: str) -> None:
    """Wait until a page shows just these words; charts come last."""
    for _time in range(20):
        if seen.words() == words:
            return
        seen.page.wait_for_timeout(500)
    assert seen.words() == words


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_worst_gap_and_its_evidence(browser: Browser, address: str, language: str) -> None:
    _ = translator(language)
    with visit(browser, address, query=WORLD, locale=LOCALES[language]) as seen:
        page = seen.page
        expect(page.get_by_text(_("Look first at: {text}.").split("{")[0])).to_be_visible()
        worst = page.get_by_test_id("stExpander").nth(1)
        worst.locator("summary").click()
        expect(worst.get_by_text(_("Why: {reason}.").split("{")[0])).to_be_visible()
        expect(worst.get_by_role("table")).to_be_visible()
        seen.turn_to("Groups", language=language)
        gap = {"en": "The gap is ", "zh": "差距为"}[language]
        expect(page.get_by_text(gap).first).to_contain_text(re.compile(r"(0\.\d+.*){4}"))
        page.get_by_text(_("These numbers as a table")).click()
        expect(page.get_by_role("table")).to_be_visible()
        _quiet(seen)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_one_item_is_explained_and_undone(browser: Browser, address: str, language: str) -> None:
    _ = translator(language)
    locale = LOCALES[language]
    with visit(browser, address, query="?dataset=planted&rate=0", locale=locale) as seen:
        page = seen.page
        seen.turn_to("One person's list", language=language)
        expect(page.get_by_role("heading", name=_("Why number {rank}?", rank=1))).to_be_visible()
        first = page.locator(".st-key-place-1").get_by_test_id("stText").inner_text()
        page.get_by_text(_("What would change it?"), exact=True).click()
        seen.settle()
        page.get_by_text(_("What if the history were otherwise?"), exact=True).click()
        expect(page.get_by_text(_("Change something, and the model lists anew."))).to_be_visible()
        taken = page.get_by_role("combobox", name=_("Take out of the history"))
        for _time in range(4):
            taken.click()
            page.get_by_role("option").first.click()
            page.keyboard.press("Escape")
            seen.settle()
        goes = _("The score of “{title}” goes from {before} to {after}.").split("{title}")[0]
        expect(page.get_by_text(f"{goes}{first}").last).to_contain_text(re.compile("0[.][0-9]{3}"))
        assert len(re.findall("drop=", page.url)) == 4
        changed = seen.words()
        with visit(browser, address, query=page.url.removeprefix(f"{address}/")) as other:
            _shows(other, changed)
        page.get_by_role("button", name="Clear all").first.click()
        expect(page.get_by_text(_("Change something, and the model lists anew."))).to_be_visible()
        _quiet(seen)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_shared_link_shows_the_same_view(browser: Browser, address: str, language: str) -> None:
    _ = translator(language)
    with visit(browser, address, query=WORLD, locale=LOCALES[language]) as seen:
        page = seen.page
        seen.turn_to("Groups", language=language)
        seen.open_choice(_("Measure"))
        page.get_by_role("option", name=_("Recall")).click()
        seen.settle()
        expect(page.get_by_test_id("stVegaLiteChart")).to_contain_text(_("Recall"))
        shown = seen.words()
        with visit(browser, address, query=page.url.removeprefix(f"{address}/")) as other:
            _shows(other, shown)
        _quiet(seen)


def _write_log(folder: Path) -> dict[str, Path]:
    """Write lists of another system on the planted world, one column of which lies."""
    split = own_split("planted")
    assert split is not None
    rng = np.random.default_rng(3)
    items = np.array(split.train.item_ids)
    rows = [
        (user, item, "first" if place == 0 else "later", place + 1)
        for user in split.train.user_ids
        for place, item in enumerate(rng.choice(items, 10, replace=False))
    ]
    lists = pl.DataFrame(rows, schema=["who", "sku", "rank", "place no."], orient="row")
    titled = split.train.items.select(
        "item_id", title=pl.lit(HOSTILE), kind=pl.col("categories").list.first()
    )
    named = {
        "recommendations": lists.rename({"who": "user", "sku": "item", "place no.": HOSTILE}),
        "held_out": split.held_out.select("user_id", "item_id"),
        "interactions": split.train.interactions.select("user_id", "item_id", "weight"),
        "users": split.train.users.with_columns(group=pl.col("group").replace({"A": HOSTILE})),
        "items": titled,
    }
    paths = {}
    for kind, frame in named.items():
        paths[kind] = folder / f"{HOSTILE[:3]}{kind} <b>.csv"
        frame.write_csv(paths[kind])
    return paths


def _upload(page: Page, title: str, path: Path) -> None:
    box = page.get_by_test_id("stFileUploader").filter(has_text=title)
    box.locator("input[type=file]").set_input_files(path)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_lists_with_a_wrong_column_are_mended_and_audited_and_stay_text(
    browser: Browser, address: str, tmp_path: Path, language: str
) -> None:
    _ = translator(language)
    paths = _write_log(tmp_path)
    titles = {
        "recommendations": "The lists that were shown",
        "held_out": "What people chose afterwards",
        "interactions": "What people had before (the log)",
        "users": "The people and what is known of them",
        "items": "The items: titles, providers, categories",
    }
    with visit(browser, address, query=WORLD, locale=LOCALES[language]) as seen:
        page = seen.page
        seen.turn_to("Your data", language=language)
        page.get_by_text(_("Lists of another system, to audit")).click()
        seen.settle()
        for kind, title in titles.items():
            _upload(page, _(title), paths[kind])
            seen.settle()
        wrong = page.get_by_text(WRONG[language])
        expect(wrong).to_be_visible()
        seen.settle()
        assert HOSTILE in seen.words()
        seen.open_choice(f"rank{':' if language == 'en' else '：'}")
        page.get_by_role("option").filter(has_text="elsewhere.example").click()
        expect(wrong).not_to_be_visible()
        expect(page.get_by_role("heading", name=_("5. The audit"))).to_be_visible()
        seen.settle()
        assert page.get_by_test_id("stMetric").count() >= 7
        verdict = page.get_by_test_id("stExpander").filter(has_text=_("Accuracy (NDCG)"))
        verdict.first.locator("summary").click()
        expect(verdict.first.get_by_text(_("Why: {reason}.").split("{")[0])).to_be_visible()
        assert page.locator("img[src*=elsewhere], a[href*=elsewhere], [onerror]").count() == 0
        assert seen.cut_off() == []
        _quiet(seen)


def test_an_own_log_is_kept_and_used_on_other_pages(
    browser: Browser, address: str, tmp_path: Path
) -> None:
    world = load("planted")
    path = tmp_path / "log.csv"
    world.interactions.select(uid="user_id", movie="item_id", stars="weight").write_csv(path)
    with visit(browser, address, query=WORLD) as seen:
        page = seen.page
        seen.turn_to("Your data")
        _upload(page, "What people had before", path)
        expect(page.get_by_text("Name the column that says which item.")).to_be_visible()
        seen.open_choice("item_id: which item")
        page.get_by_role("option", name="movie").click()
        expect(page.get_by_text("4,500 rows, and nothing stands against them.")).to_be_visible()
        page.get_by_label("What do you call it?").fill(HOSTILE[:60])
        page.get_by_role("button", name="Keep it and use it on all pages").click()
        expect(page.get_by_role("heading", name="What you keep here")).to_be_visible()
        seen.settle()
        seen.turn_to("Data")
        assert HOSTILE[:60] in seen.words()
        assert re.search("dataset=own-[0-9a-f]{32}", page.url)
        seen.turn_to("One person's list")
        assert "user=0" in page.url
        _quiet(seen)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_report_is_signed_on_its_page_and_verified_on_the_command_line(
    browser: Browser, address: str, tmp_path: Path, language: str
) -> None:
    _ = translator(language)
    path = tmp_path / "report.json"
    with visit(browser, address, query=WORLD, locale=LOCALES[language]) as seen:
        page = seen.page
        seen.turn_to("Report", language=language)
        with page.expect_download() as download:
            page.get_by_role("button", name=_("Download JSON")).click()
        download.value.save_as(path)
        page.get_by_role("textbox", name=_("Your name (kept as a pseudonym)")).fill("Ada Lovelace")
        page.get_by_role("textbox", name=_("Note")).fill("seen, and no objection")
        page.get_by_role("button", name=_("Sign this report")).click()
        seen.settle()
        expect(page.get_by_text(_("Nobody has signed anything yet."))).not_to_be_visible()
        seen.turn_to("Trail", language=language)
        assert "Ada" not in seen.words()
        _quiet(seen)
    command = [sys.executable, "-m", "dashboard", "verify", str(path), "--json"]
    told = subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT)
    assert json.loads(told.stdout)["verified"], told.stderr
    assert told.returncode == 0
