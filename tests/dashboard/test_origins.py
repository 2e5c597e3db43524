"""Pages of other sites open no connection; those of this server do."""

from __future__ import annotations

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.routing import WebSocketRoute
from starlette.testclient import TestClient
from starlette.websockets import WebSocket, WebSocketDisconnect

from dashboard import server
from dashboard.web.admission import STREAM
from dashboard.web.origins import AGAINST_POLICY, OriginMiddleware


async def _stream(socket: WebSocket) -> None:
    await socket.accept()
    await socket.receive_text()


def _client() -> TestClient:
    app = Starlette(
        routes=[WebSocketRoute(STREAM, _stream)], middleware=[Middleware(OriginMiddleware)]
    )
    return TestClient(app, base_url="http://127.0.0.1:8501")


@pytest.mark.parametrize(
    ("origin", "host"),
    [
        ("https://evil.example", "recscope.example.org"),
        ("https://evil.example", "localhost:8501"),
        ("http://localhost:3000", "localhost:8501"),
        ("http://127.0.0.1:8501", "localhost:8501"),
        ("https://recscope.example.org.evil.example", "recscope.example.org"),
        ("http://recscope.example.org", "recscope.example.org:443"),
        ("null", "localhost:8501"),
        ("http://[", "localhost:8501"),
        ("http://localhost:x", "localhost:8501"),
        ("", ""),
    ],
)
def test_a_page_of_another_site_gets_no_connection(origin: str, host: str) -> None:
    with (
        pytest.raises(WebSocketDisconnect) as refused,
        _client().websocket_connect(STREAM, headers={"origin": origin, "host": host}),
    ):
        pass
    assert refused.value.code == AGAINST_POLICY


@pytest.mark.parametrize(
    ("origin", "host"),
    [
        ("http://localhost:8501", "localhost:8501"),
        ("http://[::1]:8501", "[::1]:8501"),
        ("https://recscope.example.org", "recscope.example.org"),
        ("https://recscope.example.org", "recscope.example.org:443"),
        ("https://recscope.example.org:8443", "recscope.example.org:8443"),
    ],
)
def test_a_page_of_this_server_gets_its_connection(origin: str, host: str) -> None:
    page = _client()
    with page.websocket_connect(STREAM, headers={"origin": origin, "host": host}) as socket:
        socket.send_text("bye")
    with page.websocket_connect(STREAM) as socket:
        socket.send_text("a program names no origin")


def test_the_server_checks_hosts_then_origins_then_the_rest() -> None:
    names = [layer.cls.__name__ for layer in server.app._user_middleware]
    assert names.index("TrustedHostMiddleware") < names.index("OriginMiddleware")
    assert names.index("OriginMiddleware") < names.index("AdmissionMiddleware")
