"""What the first page needs, made ready while the browser still loads its frame.

The server listens before anything heavy is imported; a thread imports what draws the first page
meanwhile, and reads or measures the run that a person sees who has chosen nothing. What only the
next move needs comes once that page has had its time. Whoever is faster than the thread waits for
it no longer than without it: imports and kept results are made once, whoever asks first.
"""

from __future__ import annotations

import gc
import inspect
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from importlib import import_module
from threading import Thread
from time import sleep
from typing import Any

from engine.errors import RecscopeError

__all__ = ["warm", "warm_first", "warming"]

_LOG = logging.getLogger(__name__)

# In the order in which the first page comes to need them; Streamlit itself imports some of these
# only as it draws.
_MODULES = (
    "dashboard.components.sidebar",
    "streamlit.material_icon_names",
    "streamlit.emojis",
    "PIL.Image",
    "dashboard.components.doorway",
    "dashboard.components.page",
    "dashboard.components.effects",
    "dashboard.components.rate",
    "dashboard.components.effect_card",
    "dashboard.components.verdict_rows",
)
# What the other pages and the API need.
_NEXT = ("altair", "pandas", "dashboard.api.routes")
# The first page is drawn by then; what comes next would take its turn from it.
_FIRST_PAGE_SECONDS = 4.0


@asynccontextmanager
async def warming(_app: Any) -> AsyncIterator[None]:
    """Begin as the server starts; nobody waits for it."""
    Thread(target=_warm_in_turn, name="recscope-warm", daemon=True).start()
    yield


def _warm_in_turn() -> None:
    try:
        warm_first()
        sleep(_FIRST_PAGE_SECONDS)
        warm()
    finally:
        _collect_again()


def _collect_again() -> None:
    """Let Python look for garbage again, which `serve` put off, but not among what stays."""
    gc.collect()
    gc.freeze()
    gc.enable()


def warm_first() -> None:
    """Import what draws the first page, and read or measure what it shows."""
    beside = Thread(target=_import, name="recscope-import", daemon=True)
    beside.start()
    _quietly(_read)
    beside.join()


def warm() -> None:
    """Make ready what the slider moves: the data, the model, and its own lists measured."""
    _quietly(_measure)
    for name in _NEXT:
        import_module(name)
    _quietly(_go_on)


def _quietly(make: Callable[[], None]) -> None:
    from dashboard.access.person import LOCAL
    from dashboard.access.session import acting_as

    try:
        with acting_as(LOCAL):
            make()
    except RecscopeError as error:
        # The page says the same, to somebody who can mend it.
        _LOG.info(error)


def _import() -> None:
    for name in _MODULES:
        import_module(name)
    # Streamlit asks for the stack at the first element it draws, and that reads every module's
    # place; what is read once is kept.
    inspect.stack()
    from dashboard.i18n import SOURCE, translator

    translator(SOURCE).number(0.0)


def _read() -> None:
    from dashboard import run_loaders
    from dashboard.state import DEFAULTS
    from engine.config import RunConfig

    run = RunConfig(**DEFAULTS)
    run_loaders.measured(run, run_loaders.attributes(run.dataset)[:1])


def _go_on() -> None:
    """Take up the jobs that ended with the last server: nobody may come to ask for them."""
    from dashboard.jobs import keeper

    keeper.tend()


def _measure() -> None:
    from dashboard import loaders, run_loaders
    from dashboard.state import DEFAULTS
    from engine.config import RunConfig

    run = RunConfig(**DEFAULTS)
    loaders.measured(run, run_loaders.attributes(run.dataset)[:1])
