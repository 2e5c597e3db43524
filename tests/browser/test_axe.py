"""axe finds nothing serious on any page, in either language."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser

from tests.browser.chromium import PAGES, visit

pytestmark = pytest.mark.browser
EVERY = [name for names in PAGES.values() for name in names]


def test_no_page_has_a_serious_fault(browser: Browser, address: str) -> None:
    found: dict[str, list[str]] = {}
    with visit(browser, address, query="?dataset=planted&rate=0.3") as seen:
        for name in EVERY:
            seen.turn_to(name)
            found[name] = seen.faults()
        assert {name: faults for name, faults in found.items() if faults} == {}
        assert seen.complaints == []
        assert seen.elsewhere() == []


def test_nor_in_chinese(browser: Browser, address: str) -> None:
    with visit(browser, address, query="?dataset=planted&rate=0.3", locale="zh-CN") as seen:
        assert seen.faults() == []
        seen.turn_to("Your data", language="zh")
        assert seen.faults() == []
        assert seen.page.locator("html").get_attribute("lang") is not None
