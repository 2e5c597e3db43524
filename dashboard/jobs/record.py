"""One job as the table knows it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

import engine.errors
from engine.errors import RecscopeError

__all__ = ["EDGES", "JobRecord", "State", "error_from_dict", "error_to_dict"]


class State(StrEnum):
    """Where a job stands."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


# A running job whose worker died waits again; a failed or cancelled one is resumed; a done one is
# asked for again when its result was removed to make room.
EDGES: Mapping[State, frozenset[State]] = {
    State.QUEUED: frozenset({State.RUNNING, State.CANCELLED, State.DONE}),
    State.RUNNING: frozenset({State.QUEUED, State.DONE, State.FAILED, State.CANCELLED}),
    State.DONE: frozenset({State.QUEUED}),
    State.FAILED: frozenset({State.QUEUED, State.DONE}),
    State.CANCELLED: frozenset({State.QUEUED, State.DONE}),
}


@dataclass(frozen=True)
class JobRecord:
    """A job, at the moment it was read.

    Attributes
    ----------
    id
        Names it; nobody but its owner is told whether it exists.
    owner
        The identity of the person who asked for it.
    kind, config
        What to do: a kind of `dashboard.jobs.kinds`, and its settings.
    hash
        Of kind, settings, data and version: what decides the result.
    done, total
        Steps; total is 0 until the worker has counted them.
    stage
        What the worker is at, a word of `dashboard.labels.stage_label`; empty before that.
    stopping
        It was cancelled, and the worker has not come to the end of its step.
    created, started, finished, heartbeat
        Seconds of the clock since 1970; None if it has not come to that.
    attempts
        How often a worker took it up since it was asked for or resumed.
    paced_at, paced_from
        When the worker told its first step, and which; the pace is counted from there.
    work
        Name of the folder that it is worked on in.
    result
        The folder with what came out, once it is done.
    error
        Why it failed.
    """

    id: str
    owner: str
    kind: str
    config: Mapping[str, Any]
    hash: str
    state: State
    done: int = 0
    total: int = 0
    stage: str = ""
    stopping: bool = False
    created: float = 0.0
    started: float | None = None
    finished: float | None = None
    heartbeat: float | None = None
    attempts: int = 0
    paced_at: float | None = None
    paced_from: int = 0
    work: str = ""
    result: Path | None = None
    error: RecscopeError | None = None

    @property
    def active(self) -> bool:
        """Whether it waits or runs."""
        return self.state in (State.QUEUED, State.RUNNING)

    def seconds_left(self) -> float | None:
        """Return how long it runs yet at the pace so far; None while that cannot be said."""
        if self.state is not State.RUNNING or self.paced_at is None or self.heartbeat is None:
            return None
        steps = self.done - self.paced_from
        if steps <= 0 or self.heartbeat <= self.paced_at:
            return None
        return (self.heartbeat - self.paced_at) / steps * (self.total - self.done)

    def to_dict(self) -> dict[str, Any]:
        """Return it as plain data, with the sentence of its error and the seconds left."""
        return asdict(self) | {
            "state": str(self.state),
            "config": dict(self.config),
            "result": None if self.result is None else str(self.result),
            "error": None if self.error is None else str(self.error),
            "seconds_left": self.seconds_left(),
        }


def error_to_dict(error: RecscopeError) -> dict[str, Any]:
    """Return an error as plain data; values that JSON does not know become words."""
    plain = (int, float, str, bool, type(None))
    return {
        "error": type(error).__name__,
        "template": error.template,
        "values": {
            name: value if isinstance(value, plain) else str(value)
            for name, value in error.values.items()
        },
    }


def error_from_dict(kept: Mapping[str, Any]) -> RecscopeError:
    """Return the error that was kept, so that a page can translate it.

    Examples
    --------
    >>> from engine.errors import OptionError
    >>> str(error_from_dict(error_to_dict(OptionError("n is {n}", n=0))))
    'n is 0'
    """
    name = str(kept["error"])
    found = getattr(engine.errors, name) if name in engine.errors.__all__ else RecscopeError
    error: RecscopeError = found(kept["template"], **kept["values"])
    return error
