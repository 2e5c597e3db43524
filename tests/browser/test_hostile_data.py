"""Titles, groups, columns, notes, files and links that attack stay text, and ask for nothing."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlencode

import polars as pl
import pytest
from playwright.sync_api import Browser, expect

from tests.browser.chromium import Visit, serve, visit
from tests.browser.hostile_texts import CORPUS, seen_text
from tests.browser.hostile_world import GROUPS
from tests.dashboard.messages import ROOT

pytestmark = pytest.mark.browser

# What only a text that was taken for markup can have put on the page.
MADE_OF_DATA = (
    "[src*=elsewhere], [href*=elsewhere], [poster], [data*=elsewhere], [action*=elsewhere], "
    "[href^=javascript], [onerror], [onload], [onmouseover], [ontoggle], [srcdoc], base, object, "
    "embed, iframe, .katex, math, [data-testid=stMain] del, [data-testid=stMain] blockquote"
)
VIEWS = (
    *("Overview", "Groups", "Providers", "Explore or exploit", "Verdicts", "Report"),
    *("Main parameters", "Data", "Rounds of feedback"),
)
WORLD = {"dataset": "ml-1m", "rate": 0.3}
PARAMETERS = ("model", "policy", "seed", "user", "attribute", "measure", "item_attribute", "place")


@pytest.fixture(scope="module")
def hostile_address() -> Iterator[str]:
    with serve(ROOT / "tests" / "browser" / "hostile_app.py") as where:
        yield where


@pytest.fixture
def seen(browser: Browser, hostile_address: str) -> Iterator[Visit]:
    with visit(browser, hostile_address, query="?dataset=ml-1m&rate=0.3") as opened:
        yield opened
        assert opened.elsewhere() == []
        assert opened.dialogs == []
        assert opened.complaints == []


def _is_plain(seen: Visit) -> None:
    found = seen.page.locator(MADE_OF_DATA).all()
    assert [made.evaluate("e => e.closest('[data-testid]').outerHTML") for made in found] == []
    assert seen.page.locator("h1").first.is_visible()


def _unusual(seen: Visit) -> list[str]:
    """Return the complaints, without what Chromium says of Streamlit finding its way.

    Where a link names a page, Streamlit first asks for its services beneath that page.
    """
    return [line for line in seen.complaints if "404" not in line]


def _text(seen: Visit) -> str:
    return seen_text(seen.page.get_by_test_id("stMain").inner_text())


def _shown(seen: Visit) -> set[str]:
    """Return the texts of the corpus that stand on the page as they are."""
    words = _text(seen)
    return {text for text in CORPUS if seen_text(text) in words}


def test_every_title_and_category_reads_as_it_is(seen: Visit) -> None:
    page = seen.page
    shown: set[str] = set()
    seen.turn_to("One person's list")
    for _person in range(24):
        _is_plain(seen)
        shown |= _shown(seen)
        if shown == set(CORPUS):
            break
        page.get_by_role("button", name="Next").click()
        seen.settle()
    assert set(CORPUS) - shown == set()
    page.get_by_test_id("stVegaLiteChart").first.locator("path[aria-roledescription='bar']").nth(
        2
    ).hover()
    page.get_by_text("What if the history were otherwise?", exact=True).click()
    expect(page.get_by_text("Change something, and the model lists anew.")).to_be_visible()
    _is_plain(seen)
    labels = seen_text(" ".join(page.get_by_test_id("stWidgetLabel").all_inner_texts()))
    assert sum(seen_text(column) in labels for column in GROUPS) == 3, "columns name three boxes"


def test_every_page_takes_columns_and_groups_for_text(seen: Visit) -> None:
    for name in VIEWS:
        seen.turn_to(name)
        for fold in seen.page.get_by_test_id("stExpander").locator("summary").all()[:3]:
            fold.click()
        seen.settle()
        _is_plain(seen)


def test_names_and_errors_of_jobs_stay_text(seen: Visit) -> None:
    seen.turn_to("Work in progress")
    _is_plain(seen)
    assert set(CORPUS) - _shown(seen) == set()
    assert seen.page.get_by_role("button", name="Resume").count() > 10


def test_what_a_link_says_is_text_or_nothing(browser: Browser, hostile_address: str) -> None:
    texts = iter(CORPUS * 2)
    for _time in range(len(CORPUS) // len(PARAMETERS) + 1):
        said = {name: next(texts) for name in PARAMETERS}
        query = f"groups?{urlencode({'dataset': 'ml-1m', **said})}"
        with visit(browser, hostile_address, query=query) as seen:
            _is_plain(seen)
            assert seen.elsewhere() == []
            assert seen.dialogs == []
            assert _unusual(seen) == []


def test_notes_on_a_report_stay_text(seen: Visit) -> None:
    page = seen.page
    seen.turn_to("Report")
    page.get_by_role("textbox", name="Your name").fill(CORPUS[3])
    page.get_by_role("textbox", name="Note").fill(" ".join(CORPUS))
    page.get_by_role("button", name="Sign this report").click()
    seen.settle()
    _is_plain(seen)
    seen.turn_to("Trail")
    _is_plain(seen)


def test_columns_cells_and_names_of_files_stay_text(seen: Visit, tmp_path: Path) -> None:
    columns = {text: [text, "x"] for text in CORPUS}
    path = tmp_path / f"{CORPUS[3]} :red[a] $b$.csv"
    pl.DataFrame({**columns, "user": ["a", "b"]}).write_csv(path)
    page = seen.page
    seen.turn_to("Your data")
    box = page.get_by_test_id("stFileUploader").filter(has_text="What people had before")
    box.locator("input[type=file]").set_input_files(path)
    seen.settle()
    expect(page.get_by_text("Name the column that says which item.")).to_be_visible()
    _is_plain(seen)
    seen.open_choice("item_id: which item")
    options = seen_text(" ".join(page.get_by_role("option").all_inner_texts()))
    assert sum(seen_text(text) in options for text in CORPUS) >= 5, "the list shows a few at a time"
    _is_plain(seen)
