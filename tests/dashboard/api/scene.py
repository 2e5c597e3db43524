"""People, tokens, tables and a client for the laws of the API."""

from __future__ import annotations

import json
from base64 import b64encode
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from dashboard.api.routes import api_routes
from dashboard.cli import main
from dashboard.uploads.tables import TABLES

HERE = ("127.0.0.1", 50_000)
ABROAD = ("203.0.113.7", 50_000)
TOKENS = {"vera": "token-of-vera", "ana": "token-of-ana", "rita": "token-of-rita",
          "otto": "token-of-otto"}  # fmt: skip
ROLES = {"vera": "viewer", "ana": "analyst", "rita": "reviewer", "otto": "analyst"}


def sent_table(kind: str, content: bytes | None = None, file: str = "t.csv") -> dict[str, Any]:
    sent = TABLES[kind].example.encode() if content is None else content
    return {"file": file, "base64": b64encode(sent).decode()}


LISTS = {kind: sent_table(kind) for kind in ("recommendations", "held_out", "interactions")}
BODIES: dict[str, dict[str, Any]] = {
    "bring": {"tables": {"interactions": sent_table("interactions")}},
    "auditLists": {"tables": LISTS},
    "recommend": {"dataset": "planted", "users": ["u001"]},
    "explain": {"dataset": "planted", "user": "u001", "item": "i001"},
    "justify": {"dataset": "planted", "user": "u001", "item": "i001"},
    "justifyList": {"dataset": "planted", "user": "u001"},
    "audit": {"dataset": "planted"},
    "simulate": {"dataset": "planted", "rates": "0", "rounds": 1, "seeds": 1},
}
CLIENT_APP = Starlette(routes=api_routes())


def client_of(where: tuple[str, int] = HERE, name: str | None = None) -> TestClient:
    headers = {} if name is None else {"authorization": f"Bearer {TOKENS[name]}"}
    return TestClient(CLIENT_APP, base_url="http://127.0.0.1:8501", client=where, headers=headers)


def what_is_printed(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> Any:
    assert main([*arguments, "--json"]) == 0
    return json.loads(capsys.readouterr().out)
