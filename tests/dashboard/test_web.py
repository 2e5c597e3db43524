"""What stands between the network and the pages: headers, the cap, hidden doors, readiness."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from pathlib import Path

import pytest
import streamlit as st
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse
from starlette.routing import Route, WebSocketRoute
from starlette.testclient import TestClient
from starlette.websockets import WebSocket, WebSocketDisconnect

from dashboard import loaders
from dashboard.access.roster import PEOPLE
from dashboard.jobs import keeper, place
from dashboard.jobs.record import State
from dashboard.jobs.table import Asked
from dashboard.state import DEFAULTS
from dashboard.web.admission import GRACE, STREAM, TRY_AGAIN_LATER, Admission, AdmissionMiddleware
from dashboard.web.base_address import ADDRESS, BaseAddressMiddleware, base_address
from dashboard.web.cookies import HTTPS, SecureCookieMiddleware
from dashboard.web.headers import SecurityHeadersMiddleware, content_policy
from dashboard.web.hidden import HIDDEN, HiddenMiddleware
from dashboard.web.later import Later
from dashboard.web.readiness import ready
from dashboard.web.warm import warm
from tests.dashboard.apptest import page

HTML = {"accept": "text/html"}


async def _anything(_request: Request) -> PlainTextResponse:
    return PlainTextResponse("here")


async def _stream(socket: WebSocket) -> None:
    await socket.accept()
    await socket.receive_text()


def _client(*middleware: Middleware, where: str = "127.0.0.1") -> TestClient:
    routes = [
        Route("/ready", ready),
        WebSocketRoute(STREAM, _stream),
        Route("/{path:path}", _anything),
    ]
    app = Starlette(routes=routes, middleware=list(middleware))
    return TestClient(app, base_url="http://127.0.0.1:8501", client=(where, 50_000))


@pytest.mark.parametrize("path", ["/", "/nowhere", "/api/v1/models", "/ready", "/media/x"])
def test_every_answer_carries_the_headers(path: str) -> None:
    answer = _client(Middleware(SecurityHeadersMiddleware)).get(path)
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["x-frame-options"] == "DENY"
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert "camera=()" in answer.headers["permissions-policy"]
    assert answer.headers["content-security-policy"] == content_policy()


def test_the_policy_lets_no_text_become_code_and_nothing_in_a_frame() -> None:
    policy = dict(part.split(" ", 1) for part in content_policy().split("; "))
    assert "'unsafe-inline'" not in policy["script-src"]
    assert "'unsafe-eval'" not in policy["script-src"].split()
    assert policy["script-src"].count("'sha256-") == 1
    assert policy["frame-ancestors"] == policy["object-src"] == "'none'"
    assert "http" not in content_policy()


class _Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def test_a_crowd_at_the_door_is_not_let_in_whole() -> None:
    clock = _Clock()
    admission = Admission(2, clock=clock)
    assert [admission.expect() for _ in range(3)] == [True, True, False]
    assert admission.enter()
    assert admission.taken == 2, "whoever is here is not expected as well"
    clock.now = GRACE
    assert admission.taken == 1, "who never came keeps no place"
    assert admission.enter()
    assert not admission.enter()
    assert not admission.expect()
    admission.leave()
    assert admission.expect()


@pytest.mark.parametrize(
    ("asked", "words"), [("en-US", "All places are taken"), ("zh-CN,en;q=0.3", "现在已经满员")]
)
def test_who_comes_too_late_reads_why_and_the_page_tries_again(asked: str, words: str) -> None:
    client = _client(Middleware(AdmissionMiddleware, admission=Admission(1)))
    assert client.get("/", headers=HTML).status_code == 200
    busy = client.get("/explore", headers={**HTML, "accept-language": asked})
    assert busy.status_code == 503
    assert words in busy.text
    assert busy.headers["retry-after"] == "5"
    assert '<meta http-equiv="refresh" content="5">' in busy.text
    for path in ("/ready", "/_stcore/health", "/static/x.js", "/api/v1/models"):
        assert client.get(path, headers=HTML).text != busy.text


def test_a_place_is_free_again_when_a_page_is_closed() -> None:
    admission = Admission(1)
    client = _client(Middleware(AdmissionMiddleware, admission=admission))
    with client.websocket_connect(STREAM) as page:
        assert client.get("/", headers=HTML).status_code == 503
        with pytest.raises(WebSocketDisconnect) as refused, client.websocket_connect(STREAM):
            pass
        assert refused.value.code == TRY_AGAIN_LATER
        page.send_text("bye")
    assert admission.inside == 0
    assert client.get("/", headers=HTML).status_code == 200


@pytest.mark.parametrize("path", HIDDEN)
def test_doors_for_whoever_runs_the_machine_are_hidden_from_others(path: str) -> None:
    hidden = Middleware(HiddenMiddleware)
    assert _client(hidden).get(path).status_code == 200
    assert _client(hidden, where="203.0.113.7").get(path).status_code == 404
    for header in ("x-forwarded-for", "x-forwarded-proto", "forwarded", "x-real-ip", "via"):
        assert _client(hidden).get(path, headers={header: "127.0.0.1"}).status_code == 404
    passed_on_plainly = {"host": "recscope.example.org"}
    assert _client(hidden).get(path, headers=passed_on_plainly).status_code == 404
    assert _client(hidden, where="203.0.113.7").get("/_stcore/host-config").status_code == 200


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setitem(DEFAULTS, "dataset", "planted")
    monkeypatch.setenv("RECSCOPE_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("RECSCOPE_CACHE", str(tmp_path / "cache"))
    monkeypatch.delenv(PEOPLE, raising=False)
    return tmp_path


@pytest.mark.usefixtures("here")
def test_a_server_with_all_it_needs_is_ready() -> None:
    answer = _client().get("/ready")
    assert (answer.status_code, answer.json()) == (200, {"ready": True, "lacking": {}})


def test_a_server_says_what_it_lacks(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (here / "file").write_text("in the way")
    monkeypatch.setenv("RECSCOPE_DATA", str(here / "file"))
    monkeypatch.setenv("RECSCOPE_CACHE", str(here / "file"))
    monkeypatch.setitem(DEFAULTS, "dataset", "nowhere")
    monkeypatch.setenv(PEOPLE, str(here / "gone.toml"))
    answer = _client().get("/ready")
    assert answer.status_code == 503
    assert set(answer.json()["lacking"]) == {"data", "dataset", "jobs", "people"}


@pytest.mark.usefixtures("here")
def test_readiness_does_not_hold_up_the_server() -> None:
    """While a check waits, the loop goes on."""
    turns = 0

    async def scene() -> None:
        nonlocal turns
        asked = asyncio.ensure_future(ready(Request({"type": "http", "headers": []})))
        while not asked.done():
            turns += 1
            await asyncio.sleep(0.001)

    asyncio.run(scene())
    assert turns > 1


PAGE = "<html><head><title>t</title></head></html>"


def _pages() -> TestClient:
    async def page(_request: Request) -> HTMLResponse:
        return HTMLResponse(PAGE, headers={"etag": "x"})

    return TestClient(
        Starlette(
            routes=[Route(ADDRESS, base_address), Route("/{path:path}", page)],
            middleware=[Middleware(BaseAddressMiddleware)],
        )
    )


@pytest.mark.parametrize("path", ["/", "/groups", "/own_data"])
def test_every_page_is_told_where_the_server_is(path: str) -> None:
    answer = _pages().get(path, headers=HTML)
    assert f'<head><script src="{ADDRESS}"></script>' in answer.text
    assert "etag" not in answer.headers
    assert "window.location.origin" in _pages().get(ADDRESS).text


@pytest.mark.parametrize("path", ["/media/report.html", "/media/report", "/_stcore/health"])
def test_what_is_no_page_of_ours_stays_as_it_is(path: str) -> None:
    assert _pages().get(path, headers=HTML).text == PAGE
    assert _pages().get("/groups", headers={"accept": "*/*"}).text == PAGE


def test_a_part_made_later_is_made_once_at_the_first_call() -> None:
    made: list[int] = []

    def make() -> Starlette:
        made.append(1)
        return Starlette(routes=[Route("/api/v1/{rest:path}", _anything)])

    app = Starlette(routes=[Route("/api/v1/{rest:path}", Later(make))])
    client = TestClient(app)
    assert made == []
    for path in ("/api/v1/models", "/api/v1/nothing/at/all"):
        assert client.get(path).text == "here"
    assert made == [1]
    assert client.get("/elsewhere").status_code == 404


def test_the_server_starts_without_what_pages_need() -> None:
    """Everything heavy is imported while the browser loads its frame, not before the port opens."""
    heavy = "('numpy', 'polars', 'scipy', 'torch', 'duckdb', 'altair', 'pandas', 'fairlearn')"
    code = f"import sys, dashboard.server; print([m for m in {heavy} if m in sys.modules])"
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "[]"


def test_warming_makes_what_the_first_page_shows(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(DEFAULTS, "dataset", "planted")
    st.cache_resource.clear()
    warm()

    def again(*_: object, **__: object) -> None:
        raise AssertionError("the first page would measure it again")

    monkeypatch.setattr(loaders, "analyse", again)
    monkeypatch.setattr(loaders, "fitted_by_job", again)
    app = page("overview")
    assert not app.exception
    assert not app.error


def test_a_job_goes_on_at_the_next_start_though_nobody_asks(
    here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    started: list[subprocess.Popen[bytes]] = []

    def start() -> subprocess.Popen[bytes]:
        started.append(subprocess.Popen([sys.executable, "-c", ""]))
        return started[-1]

    monkeypatch.setattr(keeper, "_start", start)
    monkeypatch.setattr("dashboard.web.warm._measure", lambda: None)
    warm()
    assert started == []
    (here / "cache").mkdir(exist_ok=True)
    table = place.table()
    table.submit(Asked("ana@example.org", "simulate", {}, "hash", "work"), quota=1)
    assert table.claim("gone", slot=0) is not None
    assert table.count(State.RUNNING) == 1
    warm()
    assert table.count(State.QUEUED) == 1
    assert len(started) == 1
    started[0].wait()


def test_warming_without_the_data_is_silent(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RECSCOPE_CACHE", str(tmp_path))
    st.cache_resource.clear()
    warm()


async def _cookies(_request: Request) -> PlainTextResponse:
    answer = PlainTextResponse("here")
    answer.set_cookie("open", "1", httponly=True, samesite="lax")
    answer.set_cookie("marked", "1", secure=True)
    answer.delete_cookie("gone")
    return answer


@pytest.mark.parametrize("https", [True, False])
def test_cookies_go_over_https_alone_where_people_come_by_it(
    https: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(HTTPS, raising=False)
    if https:
        monkeypatch.setenv(HTTPS, "1")
    app = Starlette(routes=[Route("/", _cookies)], middleware=[Middleware(SecureCookieMiddleware)])
    set_ones = TestClient(app).get("/").headers.get_list("set-cookie")
    assert len(set_ones) == 3
    marked = [one for one in set_ones if one.lower().count("; secure") == 1]
    assert len(marked) == (3 if https else 1)


def test_a_chart_is_drawn_without_importing_pandas() -> None:
    code = (
        "import sys, polars as pl; from dashboard.components.picture import picture; "
        "from dashboard.charts.effect import effect; "
        "row = {'place': 0, 'state': 'a', 'text': '1', 'spoken': '1', 'value': 1.0, "
        "'low': 0.5, 'high': 1.5}; "
        "picture(effect, pl.DataFrame([row, {**row, 'place': 1}]), alt='x', x_title='x', "
        "zero_line=True); "
        "print('pandas' in sys.modules)"
    )
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "False"


def test_a_first_page_is_made_ready_without_the_heavy_libraries() -> None:
    code = (
        "import sys, dashboard.commands.app, dashboard.web.serving, dashboard.server; "
        "from dashboard.web import warm; warm._import(); "
        "print(sorted({'altair', 'pandas', 'scipy', 'torch'} & set(sys.modules)))"
    )
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "[]"
