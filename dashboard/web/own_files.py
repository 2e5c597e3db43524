"""Files a page offers or takes in, for the person of that page alone.

Streamlit serves them to whoever knows their address, which is a digest of the content or a random
name. Where people sign in it takes the cookie of the same person as well. What this needs of
Streamlit is not promised by it: tests/browser/test_sign_in.py fails should it go away.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import PurePosixPath

from starlette.datastructures import Headers
from starlette.requests import cookie_parser
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send
from streamlit import runtime
from streamlit.web.server.starlette.starlette_server_config import USER_COOKIE_NAME
from streamlit.web.server.starlette.starlette_websocket import _get_signed_cookie_with_chunks

from dashboard.access.roster import roster_in_use
from dashboard.access.session import identity_of

__all__ = ["OwnFilesMiddleware"]

OFFERED = "/media/"
TAKEN_IN = "/_stcore/upload_file/"


class OwnFilesMiddleware:
    """Knows nothing of a file that belongs to no open page of whoever asks."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve, or know nothing of it."""
        if scope["type"] == "http" and not _may_have(scope):
            await PlainTextResponse("not found", status_code=404)(scope, receive, send)
        else:
            await self.app(scope, receive, send)


def _may_have(scope: Scope) -> bool:
    path = str(scope["path"])
    if not path.startswith((OFFERED, TAKEN_IN)) or roster_in_use() is None:
        return True
    asks = _who_asks(scope)
    owners = (
        _who_is_offered(PurePosixPath(path).stem)
        if path.startswith(OFFERED)
        else _who_brings(path.removeprefix(TAKEN_IN).partition("/")[0])
    )
    return any(owner == asks for owner in owners)


def _who_asks(scope: Scope) -> str | None:
    """Return whom the signed cookie of the sign-in names; None for nobody."""
    cookies = cookie_parser(Headers(scope=scope).get("cookie", ""))
    signed = _get_signed_cookie_with_chunks(cookies, USER_COOKIE_NAME)
    return None if signed is None else identity_of(json.loads(signed))


def _who_is_offered(file: str) -> Iterator[str | None]:
    """Whose open pages offer a file."""
    held = runtime.get_instance().media_file_mgr._files_by_session_and_coord
    for session, files in list(held.items()):
        if file in files.values():
            yield from _who_brings(session)


def _who_brings(session: str) -> Iterator[str | None]:
    """Whose a session is."""
    for known in runtime.get_instance()._session_mgr.list_sessions():
        if known.session.id == session:
            yield identity_of(known.session._user_info)
