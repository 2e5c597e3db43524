"""Streamlit's own files: the same answer as Streamlit's, and nothing beside them."""

from __future__ import annotations

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from starlette.testclient import TestClient
from streamlit.web.bootstrap import _initialize_mimetypes
from streamlit.web.server.starlette.starlette_static_routes import (
    create_streamlit_static_assets_routes,
)

from dashboard.web.frame_files import FrameFilesMiddleware

PASSED_ON = "passed on"


async def _other(_request: Request) -> PlainTextResponse:
    return PlainTextResponse(PASSED_ON)


def _client() -> TestClient:
    routes = [Route("/{path:path}", _other, methods=["GET", "HEAD", "POST"])]
    return TestClient(Starlette(routes=routes, middleware=[Middleware(FrameFilesMiddleware)]))


def _files() -> list[str]:
    return sorted(FrameFilesMiddleware(_client().app).files)


def test_every_file_is_answered_as_streamlit_answers() -> None:
    _initialize_mimetypes()
    own = TestClient(Starlette(routes=create_streamlit_static_assets_routes(base_url="")))
    ours = _client()
    files = _files()
    assert len(files) > 100
    assert {name.rpartition(".")[2] for name in files} >= {"js", "css", "woff2"}
    for name in files:
        found, wanted = ours.get(name), own.get(name)
        assert found.content == wanted.content
        for header in ("content-type", "content-length", "cache-control"):
            assert found.headers[header] == wanted.headers[header], (name, header)


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/static/",
        "/static/js",
        "/static/js/none.js",
        "/static/index.html",
        "/static/%2e%2e/index.html",
        "/static/js/..%2f..%2findex.html",
        "/static//etc/passwd",
        "//etc/passwd",
    ],
)
def test_what_is_none_of_them_is_passed_on(path: str) -> None:
    assert _client().get(path).text == PASSED_ON


@pytest.mark.parametrize("header", ["range", "if-none-match", "if-modified-since", "if-range"])
def test_what_is_asked_for_in_part_is_passed_on(header: str) -> None:
    assert _client().get(_files()[0], headers={header: "bytes=0-1"}).text == PASSED_ON


@pytest.mark.parametrize("method", ["HEAD", "POST"])
def test_other_methods_are_passed_on(method: str) -> None:
    answer = _client().request(method, _files()[0])
    assert answer.headers["content-length"] == str(len(PASSED_ON))
