"""Doors of Streamlit that answer anybody, and are for whoever runs the machine."""

from __future__ import annotations

from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from dashboard.access.address import is_from_here

__all__ = ["HiddenMiddleware"]

# Memory, caches and sessions of the process; the host configuration is needed by every page.
HIDDEN = ("/_stcore/metrics", "/_stcore/script-health-check", "/_stcore/agent")


class HiddenMiddleware:
    """Shows them to this machine alone; what a proxy passes on comes from elsewhere."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve, or know nothing of it."""
        if scope["type"] == "http" and _is_hidden(str(scope["path"])) and not _is_here(scope):
            await PlainTextResponse("not found", status_code=404)(scope, receive, send)
        else:
            await self.app(scope, receive, send)


def _is_hidden(path: str) -> bool:
    return any(path == door or path.startswith(f"{door}/") for door in HIDDEN)


def _is_here(scope: Scope) -> bool:
    client = scope.get("client")
    return is_from_here(client[0] if client else None, Headers(scope=scope))
