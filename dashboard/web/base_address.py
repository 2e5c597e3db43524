"""A link to one of the pages asks for the server at its root, and nowhere else first.

Streamlit's page looks for its server beside the address it was opened at, step by step up to the
root. Opened at a page's own address it gets "not found" at first, which browsers report as errors.
Told where the server is, it does not look.
"""

from __future__ import annotations

import re

import streamlit as st
from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

__all__ = ["ADDRESS", "BaseAddressMiddleware", "base_address"]

ADDRESS = "/server-address.js"
_MARK = b"<head>"


async def base_address(_request: Request) -> Response:
    """Return the script that says where the server is; a file, for the page runs none inline."""
    words = f'window.__streamlit={{BACKEND_BASE_URL:window.location.origin+"{_root()}/"}};'
    return Response(words, media_type="text/javascript", headers={"cache-control": "no-cache"})


def _root() -> str:
    """Return the path under which a proxy shows the server; nothing where it shows it at its root.

    Streamlit takes letters, digits and a few signs there; anything else is left out.
    """
    path = str(st.get_option("server.baseUrlPath") or "").strip("/")
    plain = "".join(sign for sign in path if sign.isalnum() or sign in "-_/.~")
    return f"/{plain}" if plain else ""


class BaseAddressMiddleware:
    """Puts the script at the head of Streamlit's page."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve; an answer that is a page gets one line more."""
        if scope["type"] != "http" or scope["method"] != "GET" or not _wants_page(scope):
            await self.app(scope, receive, send)
            return
        # What is asked for packed or in part could not be added to.
        refused = (b"accept-encoding", b"range", b"if-none-match", b"if-modified-since")
        kept = [(name, value) for name, value in scope["headers"] if name not in refused]
        await self.app({**scope, "headers": kept}, receive, _Adding(send).sent)


def _wants_page(scope: Scope) -> bool:
    """Whether it is one of the pages: their addresses are one plain word; downloads are not."""
    is_page = re.fullmatch(r"(/[\w-]+)*/[a-z_]*", str(scope["path"])) is not None
    is_ours = not str(scope["path"]).startswith(("/media/", "/_stcore/", "/api/", "/static/"))
    return is_page and is_ours and "text/html" in Headers(scope=scope).get("accept", "")


class _Adding:
    """Holds an answer back until all of it is there, and adds the line."""

    def __init__(self, send: Send) -> None:
        self.send = send
        self.start: Message = {}
        self.body = b""

    async def sent(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.start = message
            return
        if message["type"] != "http.response.body":
            await self.send(message)
            return
        self.body += message.get("body", b"")
        if message.get("more_body"):
            return
        headers = MutableHeaders(scope=self.start)
        if headers.get("content-type", "").startswith("text/html"):
            script = f'<script src="{_root()}{ADDRESS}"></script>'.encode()
            self.body = self.body.replace(_MARK, _MARK + script, 1)
            headers["content-length"] = str(len(self.body))
            for stale in ("etag", "last-modified"):
                if stale in headers:
                    del headers[stale]
        await self.send(self.start)
        await self.send({"type": "http.response.body", "body": self.body})
