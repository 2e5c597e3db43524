"""Cookies that a browser sends over https alone, where people come by https."""

from __future__ import annotations

import os

from starlette.types import ASGIApp, Message, Receive, Scope, Send

__all__ = ["HTTPS", "SecureCookieMiddleware"]

# Set by `recscope app` where redirect_uri says https; Streamlit marks no cookie of a sign-in.
HTTPS = "RECSCOPE_HTTPS"
_NAME = b"set-cookie"
_MARK = b"; Secure"


class SecureCookieMiddleware:
    """Marks every cookie Secure, whoever sets it.

    The proxy ends TLS, so that the scheme of a request says nothing: what people come by is known
    from the address they are sent back to after signing in.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        self.over_https = bool(os.environ.get(HTTPS))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve, and mark them as the answer starts; the WebSocket's answer may set some too."""
        if not self.over_https:
            await self.app(scope, receive, send)
            return

        async def sent(message: Message) -> None:
            if "headers" in message:
                marked = [_marked(bytes(name), bytes(value)) for name, value in message["headers"]]
                message = {**message, "headers": marked}
            await send(message)

        await self.app(scope, receive, sent)


def _marked(name: bytes, value: bytes) -> tuple[bytes, bytes]:
    is_open = name.lower() == _NAME and b"; secure" not in value.lower()
    return (name, value + _MARK) if is_open else (name, value)
