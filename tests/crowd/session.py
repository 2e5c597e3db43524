"""One person's connection to the dashboard, spoken in Streamlit's own messages."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from time import perf_counter

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.asyncio.client import ClientConnection, connect

__all__ = ["Session", "join"]

PATIENCE = 60.0
_LARGEST = 64 * 1024 * 1024


@dataclass
class Session:
    """An open page.

    Attributes
    ----------
    connection
        The WebSocket.
    query
        The address's query, without ``?``.
    widgets
        Key of a slider, a button or a field → the id the server gave it, if the page has shown it.
    errors
        What stood on the page as an error, in order.
    waiting
        Whether the page will look again by itself, as it does while a job is at work for it.
    """

    connection: ClientConnection
    query: str
    widgets: dict[str, str] = field(default_factory=dict)
    errors: list[str] = field(default_factory=list)
    waiting: bool = False
    _page: str = ""

    async def look(self) -> float:
        """Ask for the whole page; return the seconds until it is whole."""
        return await self._run(BackMsg())

    async def turn_to(self, page: str) -> float:
        """Open a page by its name in the address; return the seconds until it is whole."""
        self._page = ""
        message = BackMsg()
        message.rerun_script.page_name = page
        return await self._run(message)

    async def press(self, key: str) -> float:
        """Press a button; return the seconds until the page is whole again."""
        message = BackMsg()
        pressed = message.rerun_script.widget_states.widgets.add()
        pressed.id = self.widgets[key]
        pressed.trigger_value = True
        return await self._run(message)

    async def slide(self, key: str, value: float) -> float:
        """Move a slider; return the seconds until the page is whole again."""
        message = BackMsg()
        moved = message.rerun_script.widget_states.widgets.add()
        moved.id = self.widgets[key]
        moved.double_array_value.data.append(value)
        return await self._run(message)

    async def write(self, key: str, text: str) -> float:
        """Write into a field; return the seconds until the page is whole again."""
        message = BackMsg()
        written = message.rerun_script.widget_states.widgets.add()
        written.id = self.widgets[key]
        written.string_value = text
        return await self._run(message)

    async def _run(self, message: BackMsg) -> float:
        message.rerun_script.query_string = self.query
        message.rerun_script.page_script_hash = self._page
        self.waiting = False
        start = perf_counter()
        await self.connection.send(message.SerializeToString())
        async with asyncio.timeout(PATIENCE):
            while True:
                answer = ForwardMsg.FromString(await self.connection.recv(decode=False))
                self._note(answer)
                if answer.script_finished == ForwardMsg.FINISHED_SUCCESSFULLY and (
                    answer.WhichOneof("type") == "script_finished"
                ):
                    return perf_counter() - start

    def _note(self, answer: ForwardMsg) -> None:
        kind = answer.WhichOneof("type")
        if kind == "new_session":
            self._page = answer.new_session.page_script_hash
        elif kind == "navigation":
            self._page = answer.navigation.page_script_hash
        elif kind == "auto_rerun":
            self.waiting = True
        elif kind == "delta":
            element = answer.delta.new_element
            if element.WhichOneof("type") == "slider":
                self.widgets[_key(element.slider.id)] = element.slider.id
            elif element.WhichOneof("type") == "button":
                self.widgets[_key(element.button.id)] = element.button.id
            elif element.WhichOneof("type") == "text_input":
                self.widgets[_key(element.text_input.id)] = element.text_input.id
            elif element.WhichOneof("type") == "alert" and element.alert.format == 1:
                self.errors.append(element.alert.body)
            elif element.WhichOneof("type") == "exception":
                self.errors.append(element.exception.message)


@asynccontextmanager
async def join(address: str, query: str = "") -> AsyncIterator[Session]:
    """Connect as someone new; ``address`` begins with http."""
    target = f"{address.replace('http', 'ws', 1)}/_stcore/stream"
    async with connect(
        target,
        subprotocols=["streamlit"],  # type: ignore[list-item]
        max_size=_LARGEST,
        open_timeout=PATIENCE,
        ping_timeout=PATIENCE,
    ) as connection:
        yield Session(connection, query)


def _key(id: str) -> str:
    """Return the key of a widget; before it stand a mark and a digest, each ended by a hyphen."""
    return id.split("-", 2)[-1]
