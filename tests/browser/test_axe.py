"""axe finds nothing serious on any page, in either language."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.chromium import PAGES, visit

pytestmark = pytest.mark.browser
# Words that no name, formula or unit needs.
ENGLISH = re.compile(
    r"\b(?:the|of|and|are|with|from|people|options|choose|upload|browse|drag|file|results|per)\b",
    re.IGNORECASE,
)
# What is read on the page; code is the same in every language, and so are names of studies. Text of
# no size is what the style sheet has put other words in place of.
WORDS = """
() => {
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const words = [];
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const around = node.parentElement;
    if (!around || around.closest('code, pre, script, style, [translate=no]')) continue;
    if (!around.checkVisibility() || getComputedStyle(around).fontSize === '0px') continue;
    words.push(node.textContent);
  }
  return words.join(' | ');
}
"""
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


def test_nor_in_chinese_and_no_page_has_english_left(browser: Browser, address: str) -> None:
    found: dict[str, list[str]] = {}
    with visit(browser, address, query="?dataset=planted&rate=0.3", locale="zh-CN") as seen:
        for name in EVERY:
            seen.turn_to(name, language="zh")
            found[name] = [*seen.faults(), *ENGLISH.findall(seen.page.evaluate(WORDS))]
        assert {name: faults for name, faults in found.items() if faults} == {}
        seen.turn_to("Your data", language="zh")
        assert "上传" in _written_by_the_style_sheet(seen.page, "stBaseButton-secondary")
        assert "MB" in _written_by_the_style_sheet(seen.page, "stFileUploaderDropzoneInstructions")
        assert seen.page.locator("html").get_attribute("lang") is not None


def _written_by_the_style_sheet(page: Page, part: str) -> str:
    """Return what stands in a part of the upload box in place of Streamlit's own words."""
    box = page.get_by_test_id("stFileUploaderDropzone").first.get_by_test_id(part)
    written: str = box.locator("p, span").last.evaluate(
        "e => getComputedStyle(e, '::after').content"
    )
    return written
