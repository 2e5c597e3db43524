"""Pages brought to what they show once their work is done."""

from __future__ import annotations

from playwright.sync_api import expect

from dashboard.i18n import translator
from tests.browser.chromium import Visit

__all__ = ["bring_to_its_run"]

LONG = 240_000


def bring_to_its_run(seen: Visit, name: str, language: str = "en") -> None:
    """Press what a page has to press, and wait until it shows what came of it."""
    _ = translator(language)
    page = seen.page
    if name == "Rounds of feedback":
        page.get_by_role("button", name=_("Run the simulation")).click()
        journey = page.get_by_role("heading", name=_("One person's journey"))
        expect(journey).to_be_visible(timeout=LONG)
    elif name == "Policies and rates":
        page.get_by_role("button", name=_("Measure these settings")).click()
        expect(page.get_by_role("button", name=_("Use this setting"))).to_be_visible(timeout=LONG)
    elif name == "Models":
        marks = page.get_by_test_id("stVegaLiteChart").locator("[aria-roledescription='point']")
        expect(marks).to_have_count(6, timeout=LONG)
    elif name == "Report":
        label = _("Your name (kept as a pseudonym)")
        page.get_by_role("textbox", name=label).fill("Ada")
        page.get_by_role("button", name=_("Sign this report")).click()
    elif name == "Main parameters":
        page.get_by_role("button", name=_("Put the reasons to the test")).click()
        expect(page.get_by_test_id("stVegaLiteChart").nth(1)).to_be_visible(timeout=LONG)
    expect(page.get_by_test_id("stProgress")).to_have_count(0, timeout=LONG)
    seen.settle()
