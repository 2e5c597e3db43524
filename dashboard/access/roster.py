"""Who may use this deployment, and as what: one file that whoever runs it keeps.

::

    default = "viewer"            # of everybody else who signs in; leave it out to refuse them

    [people]
    "ana@example.org" = "analyst"
    "sub:248289761001" = "reviewer"      # a provider that tells no e-mail address

    [tokens]                      # of the API: sha256 of the token, and whose it is
    "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08" = "ana@example.org"

A token itself stands nowhere: it is `secrets.token_urlsafe`, shown once to its owner.
"""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from hashlib import sha256
from pathlib import Path

from dashboard.access.person import LOCAL, Person
from dashboard.access.role import Role
from engine.errors import AccessError, TableError

__all__ = ["PEOPLE", "Roster", "read_roster", "roster_in_use"]

# Names the file for the server process; `recscope app --people FILE` sets it.
PEOPLE = "RECSCOPE_PEOPLE"
KNOWN = ("default", "people", "tokens")
_DIGEST = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True)
class Roster:
    """Roles by identity, and whose token is whose.

    Attributes
    ----------
    roles
        By identity, in lower case.
    default
        The role of everybody else; None refuses them.
    tokens
        Identity by the sha256 of a token.
    """

    roles: Mapping[str, Role]
    default: Role | None = None
    tokens: Mapping[str, str] = field(default_factory=dict)

    def person(self, identity: str) -> Person:
        """Return somebody with their role.

        Raises
        ------
        AccessError
            They are not on the list, and there is no role for everybody else.
        """
        name = identity.strip().lower()
        # The person at this machine is nobody who signs in.
        role = None if name == LOCAL.identity else self.roles.get(name, self.default)
        if role is None:
            raise AccessError(
                "{identity} is not on the list of people here; ask whoever runs recscope here "
                "to add you",
                identity=name,
            )
        return Person(name, role)

    def holder(self, token: str) -> Person:
        """Return whose token this is.

        Raises
        ------
        AccessError
            Nobody's, or of somebody who is not on the list.
        """
        owner = self.tokens.get(sha256(token.encode()).hexdigest())
        if owner is None:
            raise AccessError("nobody here has this token; ask whoever runs recscope here for one")
        return self.person(owner)


def roster_in_use() -> Roster | None:
    """Return the roster of this process, read again when it has changed; None without one."""
    named = os.environ.get(PEOPLE)
    return read_roster(named) if named else None


def read_roster(path: str | Path) -> Roster:
    """Read and check a roster.

    Raises
    ------
    TableError
        It cannot be read, or holds something else than a roster.
    """
    place = Path(path)
    try:
        state = place.stat()
        return _read(place, state.st_mtime_ns, state.st_size, state.st_ino)
    except OSError as error:
        raise TableError(
            "cannot read the list of people {file}: {reason}",
            file=place.name,
            reason=error.strerror or error,
        ) from error


@lru_cache(maxsize=4)
def _read(place: Path, *_state: int) -> Roster:
    try:
        content = tomllib.loads(place.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise TableError(
            "the list of people {file} is no TOML: {reason}", file=place.name, reason=error
        ) from error
    unknown = sorted(set(content) - set(KNOWN))
    if unknown:
        raise TableError(
            "the list of people {file} holds {name}; it may hold {known}",
            file=place.name,
            name=", ".join(unknown),
            known=", ".join(KNOWN),
        )
    roles = {
        name.strip().lower(): _role(role, name, place)
        for name, role in _table(content, "people", place).items()
    }
    default = content.get("default")
    return Roster(
        roles,
        None if default is None else _role(default, "default", place),
        dict(_token(*pair, place) for pair in _table(content, "tokens", place).items()),
    )


def _table(content: Mapping[str, object], name: str, place: Path) -> Mapping[str, object]:
    table = content.get(name, {})
    if not isinstance(table, dict):
        raise TableError(
            "{name} of the list of people {file} is no table; write [{name}] on a line of its own",
            name=name,
            file=place.name,
        )
    return table


def _role(given: object, name: str, place: Path) -> Role:
    known = [role.name.lower() for role in Role]
    if not isinstance(given, str) or given not in known:
        raise TableError(
            "{name} of the list of people {file} has the role {role}; choose one of {known}",
            name=name,
            file=place.name,
            role=repr(given),
            known=", ".join(known),
        )
    return Role[given.upper()]


def _token(digest: str, owner: object, place: Path) -> tuple[str, str]:
    if not _DIGEST.fullmatch(digest) or not isinstance(owner, str) or not owner.strip():
        # What stands there may be a token in clear, so it is not repeated.
        raise TableError(
            "a line under [tokens] of the list of people {file} is not the sha256 of a token "
            "(64 hexadecimal digits) and whose it is",
            file=place.name,
        )
    return digest, owner.strip().lower()
