"""How much the API does at once, for everybody and for one person."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from dashboard.access.person import Person
from dashboard.access.session import acting_as
from engine.errors import QuotaError

__all__ = ["MOST_BROUGHT", "MOST_BYTES", "MOST_SECONDS", "Limits"]

MOST_BYTES = 64 * 1024
# Of a request that brings tables, which stand in it as text; larger ones are for the page.
MOST_BROUGHT = 20_000_000
MOST_SECONDS = 120.0
THREADS = 2
MOST_AT_ONCE = 16
MOST_OF_ONE = 4


class Limits:
    """Runs calls in threads of their own, so that pages go on meanwhile.

    A call whose time is over keeps its place until it has really ended: a thread cannot be
    stopped, and a place that was given away would be work nobody counts.
    """

    def __init__(self, *, seconds: float = MOST_SECONDS) -> None:
        self.seconds = seconds
        self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix="api")
        self._at_work: Counter[str] = Counter()

    @property
    def at_work(self) -> int:
        """Calls that have not ended, waited for or not."""
        return self._at_work.total()

    async def run(self, person: Person, work: Callable[[], Any]) -> Any:
        """Do some work as somebody.

        Raises
        ------
        QuotaError
            Too much is at work already, theirs or everybody's.
        TimeoutError
            It took too long.
        """
        if self._at_work[person.identity] >= MOST_OF_ONE:
            raise QuotaError(
                "you have {n} calls at work already; wait for one of them", n=MOST_OF_ONE
            )
        if self.at_work >= MOST_AT_ONCE:
            raise QuotaError("the API has enough to do just now; ask again in a while")
        self._at_work[person.identity] += 1

        def as_person() -> Any:
            with acting_as(person):
                return work()

        future = asyncio.get_running_loop().run_in_executor(self._threads, as_person)
        future.add_done_callback(lambda done: self._ended(person, done))
        return await asyncio.wait_for(asyncio.shield(future), self.seconds)

    def _ended(self, person: Person, done: asyncio.Future[Any]) -> None:
        self._at_work[person.identity] -= 1
        if not done.cancelled():
            done.exception()  # Looked at, so that nobody's absence is reported.
