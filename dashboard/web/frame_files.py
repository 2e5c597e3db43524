"""The files of Streamlit's page, sent in one piece.

A page is some 150 of them. Streamlit's own way through its routes to a thread that reads takes five
times the processor time of reading a file here, and a first page waits for all of them.
"""

from __future__ import annotations

from mimetypes import guess_type
from pathlib import Path

import streamlit
from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

__all__ = ["FrameFilesMiddleware"]

_FOLDER = Path(streamlit.__file__).parent / "static"
# What asks for a part of a file, or whether it changed, goes Streamlit's way.
_CONDITIONS = ("range", "if-none-match", "if-modified-since", "if-range")
# As Streamlit says of them: each carries a digest of its content in its name.
_KEPT = "public, immutable, max-age=31536000"


class FrameFilesMiddleware:
    """Answers for the files that were there at the start; what has another name is passed on."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        files = (path for path in (_FOLDER / "static").rglob("*.*") if path.is_file())
        self.files = {f"/{path.relative_to(_FOLDER).as_posix()}": path for path in files}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve, or pass on."""
        file = _asked_for(scope, self.files)
        if file is None:
            await self.app(scope, receive, send)
            return
        kind = guess_type(file.name)[0] or "application/octet-stream"
        answer = Response(file.read_bytes(), media_type=kind, headers={"cache-control": _KEPT})
        await answer(scope, receive, send)


def _asked_for(scope: Scope, files: dict[str, Path]) -> Path | None:
    if scope["type"] != "http" or scope["method"] != "GET":
        return None
    headers = Headers(scope=scope)
    if any(name in headers for name in _CONDITIONS):
        return None
    return files.get(str(scope["path"]))
