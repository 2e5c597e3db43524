"""The server in this process: Streamlit's pages under uvicorn, until a signal ends it."""

from __future__ import annotations

import gc
import logging
import os
import socket
from asyncio import CancelledError
from collections.abc import Callable, Mapping
from threading import Timer

import uvicorn
from starlette.requests import ClientDisconnect
from streamlit.web.bootstrap import load_config_options

__all__ = ["serve"]

# A page that stays open does not hold up the end for longer, and nor does a thread at work: it
# cannot be stopped, and whoever ends a container waits ten seconds.
PATIENCE_AT_THE_END = 3
LATEST_END = 5.0
# Of what a page sends; files come another way, with a cap of their own.
MOST_MESSAGE_BYTES = 32 * 2**20
PING_SECONDS = 30.0


class _Server(uvicorn.Server):
    """Says when it is open."""

    def __init__(self, config: uvicorn.Config, opened: Callable[[], None]) -> None:
        super().__init__(config)
        self._opened = opened

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Open, and say so."""
        await super().startup(sockets=sockets)
        if self.started:
            self._opened()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Close; what is kept is written whole or not at all, so that nothing is lost at once."""
        latest = Timer(LATEST_END, os._exit, (0,))
        latest.daemon = True
        latest.start()
        await super().shutdown(sockets=sockets)


def _is_fault(record: logging.LogRecord) -> bool:
    """Whether a line tells of more than an answer broken off at the end, or nobody waits for."""
    kind = record.exc_info[0] if record.exc_info else None
    return kind is None or not issubclass(kind, (CancelledError, ClientDisconnect))


def serve(
    listener: socket.socket, settings: Mapping[str, object], *, opened: Callable[[], None]
) -> bool:
    """Serve until a signal ends it, and return whether it ever opened.

    Parameters
    ----------
    listener
        Bound already, so that a port in use is told before anything is imported; closed at the
        end.
    settings
        Of Streamlit, by dotted name.
    opened
        Called once it answers.

    Raises
    ------
    KeyboardInterrupt
        SIGINT ended it.
    """
    # Next to nothing made while it starts is garbage, and looking for it takes a seventh of the
    # time; `dashboard.web.warm` turns it on again.
    gc.disable()
    load_config_options(dict(settings))
    from dashboard.server import app  # reads the settings as it is made

    config = uvicorn.Config(
        app,
        ws="websockets-sansio",
        ws_max_size=MOST_MESSAGE_BYTES,
        ws_ping_interval=PING_SECONDS,
        ws_ping_timeout=PING_SECONDS,
        ws_per_message_deflate=False,
        access_log=False,
        log_level="warning",
        server_header=False,
        use_colors=False,
        timeout_graceful_shutdown=PATIENCE_AT_THE_END,
    )
    logging.getLogger("uvicorn.error").addFilter(_is_fault)
    server = _Server(config, opened)
    try:
        server.run(sockets=[listener])
    finally:
        listener.close()
    return server.started
