"""What a kind of job is: which settings it takes, what decides its result, and how it runs."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path
from typing import Any

from dashboard.access.person import Person

__all__ = ["Config", "Kind", "Plan", "Report", "StoppedError", "Task"]

Config = Mapping[str, Any]
Report = Callable[[int, int, str], None]


class StoppedError(Exception):
    """The job was cancelled; the report raises it between two steps."""


@dataclass(frozen=True)
class Task:
    """What a running job is told.

    Attributes
    ----------
    config
        The checked settings.
    folder
        Where to work, and where what an earlier attempt did may be.
    person
        For whom: their own data may be read, and nobody else's.
    report
        Told after each step: steps done, steps in all, and at which stage.
    """

    config: Config
    folder: Path
    person: Person
    report: Report


@dataclass(frozen=True)
class Kind:
    """One kind of job.

    Attributes
    ----------
    name
        What people and the interface call it.
    check
        Returns the settings whole and in one form, or raises what is wrong with them.
    run
        Does what is missing of a task; the same call goes on where an earlier one stopped.
    scope
        Settings that decide how much is done and not what comes out: jobs that differ in them
        alone share a folder.
    """

    name: str
    check: Callable[[Config], dict[str, Any]]
    run: Callable[[Task], None]
    scope: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Plan:
    """A job before it is asked for.

    Attributes
    ----------
    kind, config
        What to do, checked.
    data
        What stands for the data: a fingerprint, with the owner where the data are not public.
    """

    kind: Kind
    config: Config
    data: str

    @property
    def hash(self) -> str:
        """Of everything that decides the result and how much of it there is."""
        return _digest(self.kind.name, self.config, self.data)

    @property
    def work(self) -> str:
        """Name of the folder it is worked on in."""
        kept = {name: value for name, value in self.config.items() if name not in self.kind.scope}
        return f"{self.kind.name}-{_digest(self.kind.name, kept, self.data)}"


def _digest(*parts: object) -> str:
    text = json.dumps([version("recscope"), *parts], sort_keys=True)
    return sha256(text.encode()).hexdigest()[:16]
