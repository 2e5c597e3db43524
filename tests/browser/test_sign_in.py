"""Signing in for real: a provider, a browser, roles that hold, and the way out."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.chromium import PATIENCE
from tests.browser.deployment import STRANGER, deployed, seen, sign_in, token_of

PEOPLE = {"vera@example.org": "viewer", "ana@example.org": "analyst"}


@pytest.fixture(scope="module")
def door(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Start the app as a deployment would, with room for two."""
    with deployed(tmp_path_factory.mktemp("door"), PEOPLE, most_sessions=2) as address:
        yield address


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1440, "height": 900}, locale="en-US")
    opened = context.new_page()
    opened.set_default_timeout(PATIENCE)
    try:
        yield opened
    finally:
        context.close()


def test_nobody_sees_a_page_before_signing_in(page: Page, door: str) -> None:
    page.goto(f"{door}/?dataset=planted")
    expect(page.get_by_role("button", name="Sign in")).to_be_visible()
    expect(page.get_by_role("slider")).to_have_count(0)


def test_a_viewer_signs_in_looks_runs_nothing_and_leaves(page: Page, door: str) -> None:
    complaints: list[str] = []
    page.on(
        "console",
        lambda line: complaints.append(line.text) if "Content Security" in line.text else None,
    )
    sign_in(page, door, "vera@example.org")
    expect(page.get_by_text(seen("Signed in as vera@example.org (viewer)"))).to_be_visible()
    page.goto(f"{door}/feedback?dataset=planted")
    run = page.get_by_role("button", name="Run the simulation")
    expect(run).to_be_visible()
    expect(run).to_be_disabled()
    page.goto(f"{door}/models?dataset=planted")
    expect(page.get_by_text("takes the role analyst").first).to_be_visible()
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("button", name="Sign in")).to_be_visible()
    assert complaints == []


def test_an_analyst_may_run_and_not_sign(page: Page, door: str) -> None:
    sign_in(page, door, "ana@example.org")
    expect(page.get_by_text(seen("Signed in as ana@example.org (analyst)"))).to_be_visible()
    page.goto(f"{door}/feedback?dataset=planted")
    expect(page.get_by_role("button", name="Run the simulation")).to_be_enabled()
    page.goto(f"{door}/report?dataset=planted")
    expect(page.get_by_role("button", name="Sign this report")).to_be_disabled()
    expect(page.get_by_text("takes the role reviewer").first).to_be_visible()


def test_a_stranger_is_told_kindly(page: Page, door: str) -> None:
    sign_in(page, door, STRANGER)
    expect(
        page.get_by_text(seen("eve@example.org is not on the list of people here"))
    ).to_be_visible()
    expect(page.get_by_role("button", name="Sign out")).to_be_visible()
    expect(page.get_by_role("slider")).to_have_count(0)


def test_the_api_takes_a_token_and_not_the_cookie_of_a_page(page: Page, door: str) -> None:
    sign_in(page, door, "ana@example.org")
    expect(page.get_by_text(seen("Signed in as ana@example.org"))).to_be_visible()
    assert page.request.get(f"{door}/api/v1/models").status == 401
    asked = Request(
        f"{door}/api/v1/models", headers={"Authorization": f"Bearer {token_of('ana@example.org')}"}
    )
    assert urlopen(asked, timeout=60).status == 200


def test_who_comes_after_the_last_place_waits_and_is_let_in(browser: Browser, door: str) -> None:
    contexts = [browser.new_context(locale="en-US") for _ in range(3)]
    try:
        first, second, third = (context.new_page() for context in contexts)
        for page in (first, second):
            page.goto(door)
            expect(page.get_by_role("button", name="Sign in")).to_be_visible()
        third.goto(door)
        expect(third.get_by_text("All places are taken just now")).to_be_visible()
        contexts[0].close()
        expect(third.get_by_role("button", name="Sign in")).to_be_visible()
    finally:
        for context in contexts:
            context.close()


def test_a_hostile_host_name_is_answered_nothing(door: str) -> None:
    asked = Request(f"{door}/api/v1/openapi.json", headers={"Host": "evil.example"})
    with pytest.raises(HTTPError) as refused:
        urlopen(asked, timeout=10)
    assert refused.value.code == 400
    assert b"openapi" not in refused.value.read()


def test_a_download_is_for_the_person_of_its_page_alone(
    page: Page, browser: Browser, door: str
) -> None:
    sign_in(page, door, "ana@example.org")
    expect(page.get_by_text(seen("Signed in as ana@example.org"))).to_be_visible()
    page.goto(f"{door}/report?dataset=planted")
    with page.expect_download() as download:
        page.get_by_role("button", name="Download JSON").click()
    address = download.value.url
    assert address.startswith(f"{door}/media/")
    assert page.request.get(address).status == 200
    other = browser.new_context()
    try:
        assert other.request.get(address).status == 404
        theirs = other.new_page()
        theirs.set_default_timeout(PATIENCE)
        sign_in(theirs, door, "vera@example.org")
        expect(theirs.get_by_text(seen("Signed in as vera@example.org"))).to_be_visible()
        assert theirs.request.get(address).status == 404
    finally:
        other.close()
