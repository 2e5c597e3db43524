"""Pages of other sites open no connection to this server."""

from __future__ import annotations

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from dashboard.access.address import is_own_origin

__all__ = ["AGAINST_POLICY", "OriginMiddleware"]

# WebSocket close code: against the policy; before the connection is there it is answered as 403.
AGAINST_POLICY = 1008


class OriginMiddleware:
    """Refuses the WebSocket to every page that is not of the server it asks.

    Streamlit checks it as well, but lets in every page of this machine whatever its port, and for
    a name it does not know asks a server on the internet for the address of this machine, while
    everybody waits. Refused here, none of this comes about. Programs name no origin.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve, or close at once."""
        if scope["type"] == "websocket":
            headers = Headers(scope=scope)
            origin = headers.get("origin")
            if origin is not None and not is_own_origin(origin, headers.get("host")):
                await send({"type": "websocket.close", "code": AGAINST_POLICY})
                return
        await self.app(scope, receive, send)
