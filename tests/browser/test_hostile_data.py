"""Titles and groups that are markup, images, scripts and formulas stay text."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from tests.browser.chromium import serve, visit
from tests.dashboard.apptest import HOSTILE
from tests.dashboard.messages import ROOT

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def hostile_address() -> Iterator[str]:
    with serve(ROOT / "tests" / "browser" / "hostile_app.py") as where:
        yield where


@pytest.mark.parametrize("view", ["One person's list", "Groups", "Overview"])
def test_text_stays_text_and_asks_for_nothing(
    browser: Browser, hostile_address: str, view: str
) -> None:
    with visit(browser, hostile_address, query="?dataset=ml-1m") as seen:
        page = seen.page
        seen.turn_to(view)
        assert HOSTILE in seen.words()
        assert page.locator("img[src*=elsewhere], a[href*=elsewhere], [onerror]").count() == 0
        assert seen.elsewhere() == []
        assert seen.dialogs == []
        assert seen.complaints == []
