"""What somebody reads who wants to sign in while the provider does not answer."""

from __future__ import annotations

import logging

from starlette.datastructures import Headers
from starlette.responses import HTMLResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from dashboard.i18n import asked_language, translator
from dashboard.web.notice import notice_page

__all__ = ["LOGGER", "SignInFaultMiddleware", "sign_in_fault_page"]

LOGIN = "/auth/login"
LOGGER = "streamlit.web.server.starlette.starlette_auth_routes"


class SignInFaultMiddleware:
    """Puts a page in place of Streamlit's two words, and one line in the log for its trace."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        logging.getLogger(LOGGER).addFilter(_in_one_line)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve; where the provider is not reached, say so."""
        if scope["type"] != "http" or scope["path"] != LOGIN:
            await self.app(scope, receive, send)
            return
        failed = False

        async def sent(message: Message) -> None:
            nonlocal failed
            if message["type"] == "http.response.start":
                failed = message["status"] >= 400
            if not failed:
                await send(message)

        await self.app(scope, receive, sent)
        if failed:
            page = sign_in_fault_page(Headers(scope=scope).get("accept-language"))
            answer = HTMLResponse(page, status_code=503, headers={"cache-control": "no-store"})
            await answer(scope, receive, send)


def sign_in_fault_page(accept_language: str | None) -> str:
    """Return HTML in the language a browser asks for."""
    language = asked_language(accept_language)
    _ = translator(language)
    return notice_page(
        language,
        _("Signing in does not work just now"),
        (
            _("The service that says who you are does not answer. Try again in a moment."),
            _(
                "If it stays so, tell whoever runs recscope here: the server's log names the "
                "reason, and server_metadata_url under [auth] the service."
            ),
        ),
        back=_("Back to recscope"),
    )


def _in_one_line(record: logging.LogRecord) -> bool:
    """Let a line pass, with the reason at its end in place of a trace."""
    if record.exc_info and record.exc_info[1] is not None:
        reason = " ".join(str(record.exc_info[1]).split()) or type(record.exc_info[1]).__name__
        record.msg = f"{record.getMessage()} The reason: {reason}"
        record.args = record.exc_info = None
    return True
