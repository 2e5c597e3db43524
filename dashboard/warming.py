"""What the first page shows is worked out while the first browser still reads the program."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from importlib import import_module
from threading import Thread

from streamlit.starlette import App

from dashboard import loaders
from dashboard.access.person import Person
from dashboard.access.role import Role
from dashboard.access.session import acting_as
from dashboard.components.attributes import attributes_of
from dashboard.state import DEFAULTS
from engine.config import RunConfig
from engine.errors import RecscopeError

__all__ = ["warm", "warming"]

NOBODY = Person("nobody", Role.VIEWER)
"""In whose name it is measured: data that all may see, and no right beyond looking."""


@asynccontextmanager
async def warming(app: App) -> AsyncIterator[None]:
    """Start it beside the server, which answers meanwhile; who comes first waits for the same."""
    Thread(target=warm, name="warming", daemon=True).start()
    yield


def warm() -> None:
    """Measure what the first page shows of the usual choices, if their data are at hand."""
    usual = RunConfig(**DEFAULTS)
    try:
        with acting_as(NOBODY):
            _measure(usual)
    except RecscopeError:
        return  # their data are not here; the page says so
    import_module("dashboard.charts.effect")  # reading Altair takes a quarter of a second


def _measure(usual: RunConfig) -> None:
    by = tuple(attributes_of(loaders.dataset(usual.dataset))[:1])
    for run in (replace(usual, rate=0.0), usual):
        loaders.summary(run, by)
        loaders.exposure(run, by)
    loaders.change_from_greedy(usual, by)
