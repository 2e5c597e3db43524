"""Signing in for real: a provider, a browser, roles that hold, and the way out."""

from __future__ import annotations

import os
import re
import secrets
import subprocess
import sys
from collections.abc import Iterator
from hashlib import sha256
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest
from playwright.sync_api import Browser, Page, expect

from dashboard.components.plain import JOINER
from tests.browser.chromium import PATIENCE, RECSCOPE, free_port, wait_for
from tests.browser.oidc_provider import CLIENT, SECRET, provide
from tests.dashboard.messages import ROOT

PEOPLE = {"vera@example.org": "viewer", "ana@example.org": "analyst"}
STRANGER = "eve@example.org"
TOKEN = "a-token-for-ana"


@pytest.fixture(scope="module")
def door(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Start the app as a deployment would, with room for two."""
    folder, port = tmp_path_factory.mktemp("door"), free_port()
    address = f"http://127.0.0.1:{port}"
    lines = [f'"{name}" = "{role}"' for name, role in PEOPLE.items()]
    digest = sha256(TOKEN.encode()).hexdigest()
    (folder / "people.toml").write_text(
        "\n".join(["[people]", *lines, "[tokens]", f'"{digest}" = "ana@example.org"'])
    )
    with provide([*PEOPLE, STRANGER]) as issuer:
        (folder / "secrets.toml").write_text(
            f"""[auth]
redirect_uri = "{address}/oauth2callback"
cookie_secret = "{secrets.token_hex(32)}"
client_id = "{CLIENT}"
client_secret = "{SECRET}"
server_metadata_url = "{issuer}/.well-known/openid-configuration"
"""
        )
        options = ["--people", str(folder / "people.toml")]
        options += ["--sign-in", str(folder / "secrets.toml"), "--most-sessions", "2"]
        command = [sys.executable, "-c", RECSCOPE, "app", "--no-browser", "--port", str(port)]
        environment = {
            **os.environ,
            "PYTHONPATH": str(ROOT),
            "RECSCOPE_DATA": str(folder),
            "RECSCOPE_TRAIL": str(folder / "trail.db"),
        }
        started = subprocess.Popen([*command, *options], env=environment, stdout=subprocess.DEVNULL)
        try:
            wait_for(address)
            yield address
        finally:
            started.terminate()
            started.wait(timeout=30)


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1440, "height": 900}, locale="en-US")
    opened = context.new_page()
    opened.set_default_timeout(PATIENCE)
    try:
        yield opened
    finally:
        context.close()


def _seen(text: str) -> re.Pattern[str]:
    """Return a text as a page shows it: an address is kept from being a link."""
    return re.compile(re.escape(text).replace("@", f"{JOINER}?@"))


def _sign_in(page: Page, door: str, who: str) -> None:
    page.goto(f"{door}/?dataset=planted")
    page.get_by_role("button", name="Sign in").click()
    page.get_by_role("link", name=who).click()


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
    _sign_in(page, door, "vera@example.org")
    expect(page.get_by_text(_seen("Signed in as vera@example.org (viewer)"))).to_be_visible()
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
    _sign_in(page, door, "ana@example.org")
    expect(page.get_by_text(_seen("Signed in as ana@example.org (analyst)"))).to_be_visible()
    page.goto(f"{door}/feedback?dataset=planted")
    expect(page.get_by_role("button", name="Run the simulation")).to_be_enabled()
    page.goto(f"{door}/report?dataset=planted")
    expect(page.get_by_role("button", name="Sign this report")).to_be_disabled()
    expect(page.get_by_text("takes the role reviewer").first).to_be_visible()


def test_a_stranger_is_told_kindly(page: Page, door: str) -> None:
    _sign_in(page, door, STRANGER)
    expect(
        page.get_by_text(_seen("eve@example.org is not on the list of people here"))
    ).to_be_visible()
    expect(page.get_by_role("button", name="Sign out")).to_be_visible()
    expect(page.get_by_role("slider")).to_have_count(0)


def test_the_api_takes_a_token_and_not_the_cookie_of_a_page(page: Page, door: str) -> None:
    _sign_in(page, door, "ana@example.org")
    expect(page.get_by_text(_seen("Signed in as ana@example.org"))).to_be_visible()
    assert page.request.get(f"{door}/api/v1/models").status == 401
    asked = Request(f"{door}/api/v1/models", headers={"Authorization": f"Bearer {TOKEN}"})
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
    _sign_in(page, door, "ana@example.org")
    expect(page.get_by_text(_seen("Signed in as ana@example.org"))).to_be_visible()
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
        _sign_in(theirs, door, "vera@example.org")
        expect(theirs.get_by_text(_seen("Signed in as vera@example.org"))).to_be_visible()
        assert theirs.request.get(address).status == 404
    finally:
        other.close()
