"""Somebody who uses recscope; every service asks for one before it does anything."""

from __future__ import annotations

from dataclasses import dataclass

from dashboard.access.role import LEAST, Action, Role
from engine.errors import AccessError

__all__ = ["LOCAL", "Person", "may", "require"]


@dataclass(frozen=True)
class Person:
    """Somebody with a role.

    Attributes
    ----------
    identity
        What tells people apart: an e-mail address, or ``local`` where nobody signs in. Data,
        work and caches are kept apart by it.
    role
        What they may do.
    """

    identity: str
    role: Role


LOCAL = Person("local", Role.REVIEWER)


def may(person: Person, action: Action) -> bool:
    """Whether the person's role may do this."""
    return person.role >= LEAST[action]


def require(person: Person, action: Action) -> None:
    """Let the action pass, or say which role it takes.

    Raises
    ------
    AccessError
        The person's role may not do this.

    Examples
    --------
    >>> require(Person("v@example.org", Role.VIEWER), Action.LOOK)
    """
    least = LEAST[action]
    if not may(person, action):
        raise AccessError(
            "your role, {role}, may not do this: it takes the role {least}; ask whoever runs "
            "recscope here for it",
            role=person.role.name.lower(),
            least=least.name.lower(),
        )
