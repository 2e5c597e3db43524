"""The deployment of the notes: nginx ends TLS, people sign in, and nothing is gained by forging."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.chromium import PATIENCE, launch_beside
from tests.browser.deployment import deployed, seen, sign_in, token_of
from tests.browser.proxy import NAME, Proxy, proxied

DOOR = f"https://{NAME}"
ANA = "ana@example.org"
LOG = "user_id,item_id,weight\n" + "".join(
    f"u{u},i{(u * 3 + j * 2) % 20},{1 + j % 5}\n" for u in range(24) for j in range(8)
)
# Streamlit reckons in millions.
MOST = 50_000_000
GUARDS = (
    "content-security-policy",
    "cross-origin-opener-policy",
    "cross-origin-resource-policy",
    "permissions-policy",
    "referrer-policy",
    "strict-transport-security",
    "x-content-type-options",
    "x-frame-options",
)
FORGED = (
    {},
    {"X_Forwarded_For": "127.0.0.1"},
    {"X_Real_IP": "127.0.0.1"},
    {"Forwarded": "for=127.0.0.1;host=localhost"},
    {"X_Forwarded_Host": "localhost"},
)
SOCKET = {
    "Connection": "Upgrade",
    "Upgrade": "websocket",
    "Sec_WebSocket_Version": "13",
    "Sec_WebSocket_Key": "MDEyMzQ1Njc4OWFiY2RlZg==",
}


@pytest.fixture(scope="module")
def proxy(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Proxy]:
    folder = tmp_path_factory.mktemp("behind")
    with (
        deployed(folder, {ANA: "analyst"}, most_sessions=8, outside=DOOR) as app,
        proxied(folder, app) as started,
    ):
        yield started


@pytest.fixture(scope="module")
def outside(proxy: Proxy, browser: Browser) -> Iterator[Browser]:
    """Start a Chromium to which the name leads to the proxy."""
    with launch_beside(browser, proxy.rule) as started:
        yield started


@pytest.fixture
def page(outside: Browser) -> Iterator[Page]:
    context = outside.new_context(ignore_https_errors=True, locale="en-US")
    opened = context.new_page()
    opened.set_default_timeout(PATIENCE)
    try:
        yield opened
    finally:
        context.close()


def test_somebody_signs_in_takes_a_file_brings_one_and_leaves(page: Page, tmp_path: Path) -> None:
    sockets: list[str] = []
    complaints: list[str] = []
    page.on("websocket", lambda socket: sockets.append(socket.url))
    page.on(
        "console",
        lambda line: complaints.append(line.text) if "Content Security" in line.text else None,
    )
    sign_in(page, f"http://{NAME}", ANA)  # led to https, and back to it after signing in
    expect(page.get_by_text(seen(f"Signed in as {ANA}"))).to_be_visible()
    assert page.url.startswith(f"{DOOR}/")
    cookies = page.context.cookies(DOOR)
    assert all(cookie["secure"] and cookie["sameSite"] == "Lax" for cookie in cookies)
    # Streamlit's script reads the one against forged requests, so that one stays readable.
    assert {c["name"] for c in cookies if not c["httpOnly"]} == {"_streamlit_xsrf"}
    assert len(cookies) > 1

    page.goto(f"{DOOR}/report?dataset=planted")
    with page.expect_download() as download:
        page.get_by_role("button", name="Download JSON").click()
    assert download.value.url.startswith(f"{DOOR}/media/")
    assert Path(download.value.path()).read_bytes().startswith(b"{")

    page.goto(f"{DOOR}/own_data")
    chooser = page.locator("input[type=file]").nth(0)
    with page.expect_request("**/_stcore/upload_file/**") as sent:
        chooser.set_input_files({"name": "l.csv", "mimeType": "text/csv", "buffer": LOG.encode()})
    expect(page.get_by_text("192 rows, 3 columns")).to_be_visible()
    _check_the_cap(page, sent.value.url)

    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("button", name="Sign in")).to_be_visible()
    assert [c["name"] for c in page.context.cookies(DOOR)] == ["_streamlit_xsrf"]
    assert complaints == []
    assert set(sockets) == {f"wss://{NAME}/_stcore/stream"}


def _check_the_cap(page: Page, address: str) -> None:
    """Send what is small enough, too large for the server, and too large for the proxy.

    The page itself would refuse the last two.
    """
    sent = """async ([address, size]) => {
        const form = new FormData();
        form.append("file", new Blob([new Uint8Array(size)]), "l.csv");
        const token = document.cookie.match(/_streamlit_xsrf=([^;]*)/)[1];
        const headers = {"X-Xsrftoken": token};
        return (await fetch(address, {method: "PUT", body: form, headers})).status;
    }"""
    sizes = (MOST, 50 * 2**20 + 1, 53 * 2**20)
    assert [page.evaluate(sent, [address, size]) for size in sizes] == [204, 413, 413]


@pytest.mark.parametrize("path", ["/", "/ready", "/api/v1/openapi.json", "/_stcore/metrics", "/no"])
def test_every_guard_is_there_exactly_once(proxy: Proxy, path: str) -> None:
    _, headers, _ = proxy.ask(path, Accept="text/html")
    own = GUARDS if "metrics" not in path else ("strict-transport-security",)
    assert {name: len(headers.get_all(name, [])) for name in own} == dict.fromkeys(own, 1)


def test_the_open_line_leads_to_the_closed_one(proxy: Proxy) -> None:
    status, headers, _ = proxy.ask("/explore?rate=0.1", plain=True)
    assert (status, headers["location"]) == (301, f"{DOOR}/explore?rate=0.1")


def test_another_name_or_another_site_is_answered_nothing(proxy: Proxy) -> None:
    assert proxy.ask("/", Host="evil.example")[0] == 400
    assert proxy.ask("/_stcore/stream", **SOCKET, Origin=DOOR)[0] == 101
    assert proxy.ask("/_stcore/stream", **SOCKET, Origin=DOOR, Host="evil.example")[0] == 400
    for site in ("https://evil.example", "http://localhost", "null"):
        assert proxy.ask("/_stcore/stream", **SOCKET, Origin=site)[0] == 403
        forged = {"X_Forwarded_Host": site.rpartition("/")[2]}
        assert proxy.ask("/_stcore/stream", **SOCKET, Origin=site, **forged)[0] == 403


@pytest.mark.parametrize("forged", FORGED, ids=lambda headers: next(iter(headers), "nothing"))
def test_nothing_is_gained_by_forging_where_one_comes_from(
    proxy: Proxy, forged: dict[str, str]
) -> None:
    for door in ("metrics", "script-health-check", "agent"):
        for path in (f"/_stcore/{door}", f"/%5Fstcore/{door}", f"/x/../_stcore/{door}"):
            assert proxy.ask(path, **forged)[0] == 404
    assert proxy.ask("/api/v1/models", **forged)[0] == 401
    token = {"Authorization": f"Bearer {token_of(ANA)}"}
    assert proxy.ask("/api/v1/models", **forged, **token)[0] == 200
