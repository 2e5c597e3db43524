"""The kinds of jobs, by name."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module

from dashboard.jobs.kind import Kind
from engine.errors import UnknownNameError

__all__ = ["KINDS", "find_kind"]

# Names and not objects: what a kind needs is loaded when it is asked for, and not before.
KINDS: Mapping[str, str] = {
    "audit": "dashboard.jobs.audit",
    "audit-lists": "dashboard.jobs.audit_lists",
    "curve": "dashboard.jobs.curve",
    "estimate": "dashboard.jobs.estimate",
    "explain": "dashboard.jobs.explain",
    "fit": "dashboard.jobs.fit",
    "justify": "dashboard.jobs.justify",
    "measure": "dashboard.jobs.measure",
    "read": "dashboard.jobs.read",
    "simulate": "dashboard.jobs.simulate",
}


def find_kind(name: str) -> Kind:
    """Return the kind of that name.

    Raises
    ------
    UnknownNameError
        There is none.
    """
    if name not in KINDS:
        raise UnknownNameError(
            "there is no kind of job {kind}; choose one of {names}",
            kind=name,
            names=", ".join(KINDS),
        )
    kind: Kind = import_module(KINDS[name]).KIND
    return kind
