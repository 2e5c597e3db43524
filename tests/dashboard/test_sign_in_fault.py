"""Signing in while the provider does not answer: a page, and one line in the log."""

from __future__ import annotations

import logging

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse
from starlette.routing import Route
from starlette.testclient import TestClient

from dashboard.web.sign_in_fault import LOGGER, SignInFaultMiddleware


@pytest.mark.parametrize(
    ("asked", "words"),
    [("en", "Signing in does not work just now"), ("zh-CN,zh;q=0.9", "现在无法登录")],
)
def test_a_provider_that_does_not_answer_is_said_on_a_page(asked: str, words: str) -> None:
    failing = Starlette(
        routes=[Route("/auth/login", _failed), Route("/{path:path}", _failed)],
        middleware=[Middleware(SignInFaultMiddleware)],
    )
    client = TestClient(failing)
    answer = client.get("/auth/login", headers={"accept-language": asked})
    assert answer.status_code == 503
    assert words in answer.text
    assert "server_metadata_url" in answer.text
    assert "Authentication error" not in answer.text
    assert client.get("/auth/logout").text == "Authentication error"
    away = Starlette(
        routes=[Route("/auth/login", lambda _: RedirectResponse("https://login.example.org"))],
        middleware=[Middleware(SignInFaultMiddleware)],
    )
    kept = TestClient(away).get("/auth/login", follow_redirects=False)
    assert kept.headers["location"] == "https://login.example.org"


async def _failed(_request: Request) -> PlainTextResponse:
    return PlainTextResponse("Authentication error", status_code=400)


def test_a_failed_sign_in_is_one_line_in_the_log(caplog: pytest.LogCaptureFixture) -> None:
    SignInFaultMiddleware(Starlette())
    try:
        raise OSError("no route\nto host")
    except OSError:
        logging.getLogger(LOGGER).warning("Error at %s.", "sign-in", exc_info=True)
    assert [line.message for line in caplog.records] == [
        "Error at sign-in. The reason: no route to host"
    ]
    assert "Traceback" not in caplog.text
