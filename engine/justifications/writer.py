"""One worker that writes for everybody: the model is loaded once, and asked one text at a time."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass, replace

from engine.errors import RecscopeError, ServiceError
from engine.justifications.clauses import Audience
from engine.justifications.facts import FactRecord
from engine.justifications.generators import Generator
from engine.justifications.justification import Justification
from engine.justifications.justify import justify

__all__ = ["Writer"]

_WAITING = 64


@dataclass(frozen=True)
class _Order:
    facts: FactRecord
    language: str
    audience: Audience
    answer: Future[Justification]


class Writer:
    """Answers in the order asked; when too many wait, fixed words come at once, and say why.

    Parameters
    ----------
    load
        Makes the generator, on the first order and in the worker; if it fails the sentence is in
        `trouble`, and fixed words are written.
    waiting
        How many orders may wait.

    Attributes
    ----------
    trouble
        Why there is no language model, or None.
    """

    def __init__(self, load: Callable[[], Generator | None], *, waiting: int = _WAITING) -> None:
        self._load = load
        self._generator: Generator | None = None
        self._orders: queue.Queue[_Order | None] = queue.Queue(maxsize=waiting)
        self.trouble: RecscopeError | None = None
        self._thread = threading.Thread(target=self._work, name="recscope-writer", daemon=True)
        self._thread.start()

    def order(
        self, facts: FactRecord, *, language: str, audience: Audience
    ) -> Future[Justification]:
        """Ask for a text; the future holds it when it has been written and checked."""
        answer: Future[Justification] = Future()
        try:
            self._orders.put_nowait(_Order(facts, language, audience, answer))
        except queue.Full:
            fixed = justify(facts, language=language, audience=audience)
            busy = ServiceError(
                "too many texts are waiting for the language model; ask again in a moment"
            )
            answer.set_result(replace(fixed, trouble=busy))
        return answer

    def close(self) -> None:
        """Finish what was ordered, then end the worker."""
        self._orders.put(None)
        self._thread.join()

    def _work(self) -> None:
        while (order := self._orders.get()) is not None:
            if not order.answer.set_running_or_notify_cancel():
                continue
            try:
                text = justify(
                    order.facts,
                    language=order.language,
                    audience=order.audience,
                    generator=self._ready(),
                )
            except Exception as error:  # An order must be answered, whatever broke.
                order.answer.set_exception(error)
            else:
                order.answer.set_result(self._said_why(text))

    def _said_why(self, text: Justification) -> Justification:
        """Add why no model was asked, to a text it would have been asked for."""
        if self.trouble is None or text.produced_by == "refused":
            return text
        return replace(text, trouble=self.trouble)

    def _ready(self) -> Generator | None:
        if self._generator is None and self.trouble is None:
            try:
                self._generator = self._load()
            except RecscopeError as error:
                self.trouble = error
        return self._generator
