"""So many open pages at once, and a friendly word for whoever comes after them.

A page is a WebSocket that stays open. Whoever is given the page's frame is counted from then on,
for `GRACE` seconds at most until their WebSocket opens, so that a crowd at the door is not let in
whole.
"""

from __future__ import annotations

import os
import time
from collections import deque
from collections.abc import Callable

from starlette.datastructures import Headers
from starlette.responses import HTMLResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from dashboard.web.busy import busy_page

__all__ = ["MOST_SESSIONS", "USUAL_SESSIONS", "Admission", "AdmissionMiddleware", "most_sessions"]

# Names the cap for the server process; `recscope app --most-sessions` sets it.
MOST_SESSIONS = "RECSCOPE_MOST_SESSIONS"
USUAL_SESSIONS = 50
GRACE = 20.0
RETRY_SECONDS = 5
STREAM = "/_stcore/stream"
# WebSocket close code: try again later.
TRY_AGAIN_LATER = 1013


def most_sessions() -> int:
    """Return the cap of this process."""
    return int(os.environ.get(MOST_SESSIONS, USUAL_SESSIONS))


class Admission:
    """Counts who is in; used from the event loop alone.

    Parameters
    ----------
    most
        So many pages at once, at least 1.
    clock
        Seconds, never going back.
    """

    def __init__(self, most: int, *, clock: Callable[[], float] = time.monotonic) -> None:
        self.most = most
        self.inside = 0
        self._clock = clock
        self._expected: deque[float] = deque()

    @property
    def taken(self) -> int:
        """Open pages, and those that were let in and are about to open."""
        while self._expected and self._expected[0] <= self._clock():
            self._expected.popleft()
        return self.inside + len(self._expected)

    def expect(self) -> bool:
        """Let somebody in if there is room, and keep the room for a while."""
        if self.taken >= self.most:
            return False
        self._expected.append(self._clock() + GRACE)
        return True

    def enter(self) -> bool:
        """Count an open page if there is room; whoever was expected longest is taken as here."""
        if self.inside >= self.most:
            return False
        if self.taken > self.inside:
            self._expected.popleft()
        self.inside += 1
        return True

    def leave(self) -> None:
        """Count a page less."""
        self.inside -= 1


class AdmissionMiddleware:
    """Turns away whoever there is no room for; what is no page passes."""

    def __init__(self, app: ASGIApp, *, admission: Admission) -> None:
        self.app = app
        self.admission = admission

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve, count or turn away."""
        if scope["type"] == "websocket" and str(scope["path"]).endswith(STREAM):
            await self._page(scope, receive, send)
        elif _asks_for_page(scope) and not self.admission.expect():
            asked = Headers(scope=scope).get("accept-language")
            answer = HTMLResponse(
                busy_page(asked, seconds=RETRY_SECONDS),
                status_code=503,
                headers={"retry-after": str(RETRY_SECONDS), "cache-control": "no-store"},
            )
            await answer(scope, receive, send)
        else:
            await self.app(scope, receive, send)

    async def _page(self, scope: Scope, receive: Receive, send: Send) -> None:
        if not self.admission.enter():
            await send({"type": "websocket.close", "code": TRY_AGAIN_LATER})
            return
        try:
            await self.app(scope, receive, send)
        finally:
            self.admission.leave()


def _asks_for_page(scope: Scope) -> bool:
    """Whether a browser asks for a page itself, and not for a part of one or the API."""
    if scope["type"] != "http" or scope["method"] != "GET":
        return False
    path = str(scope["path"])
    if path.startswith(("/api/", "/_stcore/", "/static/", "/media/", "/auth/", "/oauth2callback")):
        return False
    return "text/html" in Headers(scope=scope).get("accept", "") and path != "/ready"
