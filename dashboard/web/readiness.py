"""Whether this server can do its work, for a proxy or a container that asks."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable

import anyio.to_thread
from starlette.requests import Request
from starlette.responses import JSONResponse

from dashboard.access.roster import roster_in_use
from dashboard.jobs import place
from dashboard.jobs.record import State
from dashboard.reviews import reviews_file
from dashboard.state import DEFAULTS
from engine.errors import AssetError, OutputError, RecscopeError
from engine.sources.registry import SOURCES, is_at_hand

__all__ = ["CHECKS", "ready"]


async def ready(_request: Request) -> JSONResponse:
    """Answer 200 if everything is there, 503 with what is not."""
    lacking = await anyio.to_thread.run_sync(_lacking)
    body = {"ready": not lacking, "lacking": lacking}
    return JSONResponse(
        body, status_code=503 if lacking else 200, headers={"cache-control": "no-store"}
    )


def _lacking() -> dict[str, str]:
    """Return what is wrong, by the name of the check; who asks is nobody in particular."""
    found = {}
    for name, check in CHECKS.items():
        try:
            check()
        except RecscopeError as error:
            found[name] = str(error)
    return found


def _data_folder() -> None:
    folder = reviews_file().parent
    try:
        folder.mkdir(parents=True, exist_ok=True)
        # A full disk still takes an empty file.
        with tempfile.TemporaryFile(dir=folder) as file:
            file.write(b"\0" * 4096)
            file.flush()
    except OSError as error:
        raise OutputError(
            "the data folder cannot be written: {reason}; free some space, or name another in "
            "RECSCOPE_DATA",
            reason=os.strerror(error.errno or 0),
        ) from error


def _dataset() -> None:
    name = DEFAULTS["dataset"]
    if not any(source.name == name and is_at_hand(source) for source in SOURCES):
        raise AssetError(
            "the data set {dataset} is not on this machine yet. Run “recscope fetch {dataset}”, "
            "then reload this page",
            dataset=name,
        )


CHECKS: dict[str, Callable[[], object]] = {
    "data": _data_folder,
    "dataset": _dataset,
    "jobs": lambda: place.table().count(State.QUEUED),
    "people": roster_in_use,
}
