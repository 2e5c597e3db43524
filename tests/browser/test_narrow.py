"""On a telephone every page shows the whole of each answer, with every fold open."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from tests.browser.after_run import bring_to_its_run
from tests.browser.chromium import CUT_OFF, PAGES, PHONE, Visit, visit

pytestmark = pytest.mark.browser
LOCALES = {"en": "en-US", "zh": "zh-CN"}
DESK = {"width": 1440, "height": 900}
QUERY = "?dataset=planted&rate=0.3&loop_worlds=3&loop_rounds=5"
OPEN = "() => document.querySelectorAll('details:not([open]) > summary').forEach(e => e.click())"
# Streamlit's own menu on a narrow screen: headings stand between the items of its list.
MENU = "[data-testid=stSidebarNav]"


def _unfold(seen: Visit) -> None:
    """Open every fold, and those within."""
    for _time in range(2):
        seen.page.evaluate(OPEN)
        seen.settle()


def _after_runs(seen: Visit, language: str) -> Iterator[str]:
    """Open every page after its run, with every fold open."""
    for name in (name for names in PAGES.values() for name in names):
        seen.turn_to(name, language=language)
        bring_to_its_run(seen, name, language)
        _unfold(seen)
        yield name
        seen.page.set_viewport_size(DESK)


@pytest.mark.parametrize("language", LOCALES)
def test_nothing_is_cut_off_on_a_phone_and_axe_finds_nothing(
    browser: Browser, address: str, language: str
) -> None:
    """English in the light, Chinese in the dark."""
    found: dict[str, list[str]] = {}
    locale, dark = LOCALES[language], language == "zh"
    with visit(browser, address, query=QUERY, locale=locale, dark=dark) as seen:
        for name in _after_runs(seen, language):
            found[name] = [*seen.cut_off(), *seen.faults(without=MENU)]
        assert {name: faults for name, faults in found.items() if faults} == {}
        assert seen.complaints == []


@pytest.mark.parametrize(
    ("inside", "why"),
    [
        ("<p>All of it</p>", None),
        ('<div style="width: 1px; overflow: hidden"><p style="width: 900px">Heard</p></div>', None),
        ('<p style="width: 900px">A column out of sight</p>', "beyond the screen"),
        (
            '<div style="overflow-x: auto"><div style="width: 900px">A grid</div></div>',
            "scrolls sideways",
        ),
        (
            '<div style="width: 90px; overflow-x: auto; display: flex"><b>rate 0.1</b>'
            '<b style="flex: 0 0 60px">rate 0.5</b></div>',
            "scrolls sideways",
        ),
        (
            '<div data-testid="stMultiSelectTagsContainer" style="height: 20px; overflow-y: auto">'
            "<p>One</p><p>Two</p></div>",
            "scrolls",
        ),
        ('<svg width="90" height="20"><text x="60" y="9">0.255</text></svg>', "beyond its picture"),
        ('<svg width="90" height="20"><text x="9" y="9">what the…</text></svg>', "cut short"),
    ],
)  # fmt: skip
def test_what_is_cut_off_is_seen(browser: Browser, inside: str, why: str | None) -> None:
    context = browser.new_context(viewport=PHONE)
    page = context.new_page()
    page.set_content(f'<div data-testid="stMain">{inside}</div>')
    found = page.evaluate(CUT_OFF)
    context.close()
    assert {line.partition(":")[0] for line in found} >= ({why} if why else set())
    assert bool(found) == (why is not None)
