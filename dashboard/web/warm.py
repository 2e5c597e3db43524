"""What the first page needs, made ready while the browser still loads its frame.

The server listens before anything heavy is imported; a thread imports it meanwhile, and measures
the run that a person sees who has chosen nothing. Whoever is faster than the thread waits for it
no longer than without it: imports and kept results are made once, whoever asks first.
"""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from importlib import import_module
from threading import Thread
from typing import Any

from engine.errors import RecscopeError

__all__ = ["warm", "warming"]

_LOG = logging.getLogger(__name__)

# The slowest first; what a page needs first is imported by the measuring thread.
_MODULES = (
    "altair",
    "dashboard.components.sidebar",
    "dashboard.components.doorway",
    "dashboard.components.effects",
    "dashboard.components.verdict_rows",
    "dashboard.api.routes",
)


@asynccontextmanager
async def warming(_app: Any) -> AsyncIterator[None]:
    """Begin as the server starts; nobody waits for it."""
    Thread(target=warm, name="recscope-warm", daemon=True).start()
    yield


def warm() -> None:
    """Import what pages import, and beside it measure what the first page shows."""
    beside = Thread(target=_import, name="recscope-import", daemon=True)
    beside.start()
    try:
        _measure()
    except RecscopeError as error:
        # The page says the same, to somebody who can mend it.
        _LOG.info(error)
    beside.join()


def _import() -> None:
    for name in _MODULES:
        import_module(name)


def _measure() -> None:
    from dashboard import loaders
    from dashboard.access.person import LOCAL
    from dashboard.access.session import acting_as
    from dashboard.components.attributes import attributes_of
    from dashboard.state import DEFAULTS
    from engine.config import RunConfig

    with acting_as(LOCAL):
        run = RunConfig(**DEFAULTS)
        by = tuple(attributes_of(loaders.dataset(run.dataset))[:1])
        for each in (replace(run, rate=0.0), run):
            loaders.exposure(each, by)
            loaders.summary(each, by)
        loaders.change_from_greedy(run, by)
