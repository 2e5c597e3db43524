"""On a telephone every page shows the whole of each answer, with every fold open."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from dashboard.i18n import translator
from tests.browser.chromium import PAGES, Visit, visit

pytestmark = pytest.mark.browser
LOCALES = {"en": "en-US", "zh": "zh-CN"}
PHONE = {"width": 390, "height": 844}
DESK = {"width": 1440, "height": 900}
QUERY = "?dataset=planted&rate=0.3&loop_worlds=3&loop_rounds=5"
LONG = 240_000
# What a person cannot see whole: it reaches beyond the screen or its picture, or scrolls sideways.
# A box of one pixel is for screen readers alone, the empty box one types into is clipped, and the
# box around letters that stand upright is a little wider than they are.
CUT_OFF = """
() => {
  const found = [], EDGE = 4;
  const say = (why, e) => found.push(`${why}: ${(e.dataset?.testid ?? '')} <${e.tagName}> ` +
    (e.textContent || e.getAttribute('aria-label') || '').slice(0, 60));
  const hidden = e => e.closest('input, [aria-hidden=true]') || clipped(e);
  const clipped = e => { for (; e; e = e.parentElement) if (e.clientWidth === 1) return true; };
  for (const e of document.querySelectorAll('[data-testid=stMain] *')) {
    const box = e.getBoundingClientRect();
    if (!e.checkVisibility() || !box.width || !box.height || hidden(e)) continue;
    if (box.left < -1 || box.right > innerWidth + 1) say('beyond the screen', e);
    const turns = ['auto', 'scroll', 'hidden', 'clip'].includes(getComputedStyle(e).overflowX);
    if (turns && e.clientWidth && e.scrollWidth > e.clientWidth + 1) say('scrolls sideways', e);
    const chosen = e.dataset?.testid === 'stMultiSelectTagsContainer';
    if (chosen && e.scrollHeight > e.clientHeight + 1) say('scrolls', e);
    if (e.tagName !== 'text' || !e.textContent) continue;
    const picture = e.closest('svg').getBoundingClientRect();
    const [left, right] = [picture.left - EDGE, picture.right + EDGE];
    if (box.left < left || box.right > right) say('beyond its picture', e);
  }
  return [...new Set(found)];
}
"""
OPEN = "() => document.querySelectorAll('details:not([open]) > summary').forEach(e => e.click())"
# Streamlit's own menu on a narrow screen: headings stand between the items of its list.
MENU = "[data-testid=stSidebarNav]"


def _unfold(seen: Visit) -> None:
    """Open every fold, and those within."""
    for _time in range(2):
        seen.page.evaluate(OPEN)
        seen.settle()


def _run(seen: Visit, name: str, language: str) -> None:
    """Bring a page to what it shows after a run."""
    _ = translator(language)
    page = seen.page
    if name == "Rounds of feedback":
        page.get_by_role("button", name=_("Run the simulation")).click()
        journey = page.get_by_role("heading", name=_("One person's journey"))
        expect(journey).to_be_visible(timeout=LONG)
    elif name == "Policies and rates":
        page.get_by_role("button", name=_("Measure these settings")).click()
        expect(page.get_by_role("button", name=_("Use this setting"))).to_be_visible(timeout=LONG)
    elif name == "Report":
        page.get_by_label(_("Your name (kept as a pseudonym)")).fill("Ada")
        page.get_by_role("button", name=_("Sign this report")).click()
    elif name == "Main parameters":
        page.get_by_role("button", name=_("Put the reasons to the test")).click()
        expect(page.get_by_test_id("stVegaLiteChart").nth(1)).to_be_visible(timeout=LONG)
    seen.settle()


def _on_a_phone(seen: Visit, language: str) -> Iterator[str]:
    """Open every page after its run, with every fold open, as a phone shows it."""
    for name in (name for names in PAGES.values() for name in names):
        seen.turn_to(name, language=language)
        _run(seen, name, language)
        _unfold(seen)
        seen.page.set_viewport_size(PHONE)
        yield name
        seen.page.set_viewport_size(DESK)


def _cut_off(seen: Visit) -> list[str]:
    """Return what is cut off, once the pictures are drawn anew for the narrow screen."""
    found: list[str] = []
    for _time in range(8):
        seen.page.wait_for_timeout(500)
        found = seen.page.evaluate(CUT_OFF)
        if not found:
            break
    return found


@pytest.mark.parametrize("language", LOCALES)
def test_nothing_is_cut_off_on_a_phone_and_axe_finds_nothing(
    browser: Browser, address: str, language: str
) -> None:
    """English in the light, Chinese in the dark."""
    found: dict[str, list[str]] = {}
    locale, dark = LOCALES[language], language == "zh"
    with visit(browser, address, query=QUERY, locale=locale, dark=dark) as seen:
        for name in _on_a_phone(seen, language):
            found[name] = [*_cut_off(seen), *seen.faults(without=MENU)]
        assert {name: faults for name, faults in found.items() if faults} == {}
        assert seen.complaints == []
