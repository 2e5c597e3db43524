"""What every answer tells a browser not to do."""

from __future__ import annotations

import re
from base64 import b64encode
from hashlib import sha256
from importlib.resources import files

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

__all__ = ["SecurityHeadersMiddleware", "content_policy"]

_INLINE = re.compile(r"<script>(.*?)</script>", re.DOTALL)
_STATIC = {
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "no-referrer",
    "permissions-policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
}


def content_policy() -> str:
    """Return the Content-Security-Policy: everything from this server, nothing in a frame.

    Streamlit's page has one small script in its frame, which is let through by its hash; its style
    sheets are written by script. Charts run in an interpreter, so no text becomes code; reading
    tables in the browser takes WebAssembly.
    """
    page = files("streamlit").joinpath("static", "index.html").read_text(encoding="utf-8")
    hashes = [
        f"'sha256-{b64encode(sha256(script.encode()).digest()).decode()}'"
        for script in _INLINE.findall(page)
    ]
    parts = {
        "default-src": ["'self'"],
        "script-src": ["'self'", "'wasm-unsafe-eval'", *hashes],
        "style-src": ["'self'", "'unsafe-inline'"],
        "img-src": ["'self'", "data:", "blob:"],
        "font-src": ["'self'", "data:"],
        "worker-src": ["'self'", "blob:"],
        "object-src": ["'none'"],
        "frame-src": ["'none'"],
        "frame-ancestors": ["'none'"],
        "base-uri": ["'self'"],
        "form-action": ["'self'"],
    }
    return "; ".join(" ".join((name, *values)) for name, values in parts.items())


class SecurityHeadersMiddleware:
    """Puts the headers on every answer, whoever makes it."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        self.headers = {**_STATIC, "content-security-policy": content_policy()}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve, and add them as the answer starts."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def sent(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in self.headers.items():
                    headers[name] = value
            await send(message)

        await self.app(scope, receive, sent)
