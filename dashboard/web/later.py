"""A part of the server that is made when it is first asked for, so that the server starts soon."""

from __future__ import annotations

from collections.abc import Callable
from threading import Lock

import anyio.to_thread
from starlette.types import ASGIApp, Receive, Scope, Send

__all__ = ["Later"]


class Later:
    """Serves by an application that is made once, in a thread, while pages go on.

    Parameters
    ----------
    make
        Imports what it takes, and returns the application.
    """

    def __init__(self, make: Callable[[], ASGIApp]) -> None:
        self._make = make
        self._lock = Lock()
        self._made: ASGIApp | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve."""
        made = self._made
        if made is None:
            made = await anyio.to_thread.run_sync(self._once)
        await made(scope, receive, send)

    def _once(self) -> ASGIApp:
        with self._lock:
            if self._made is None:
                self._made = self._make()
            return self._made
