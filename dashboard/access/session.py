"""Who sits in front of a page."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar

import streamlit as st

from dashboard.access.address import is_from_here
from dashboard.access.person import LOCAL, Person
from dashboard.access.roster import Roster, roster_in_use
from engine.errors import AccessError

__all__ = ["acting_as", "current_person", "identity_of", "is_signed_in", "person_of", "signs_in"]

HERE = "127.0.0.1"
_acting: ContextVar[Person | None] = ContextVar("acting", default=None)


@contextmanager
def acting_as(person: Person) -> Iterator[None]:
    """Answer `current_person` with somebody who came by another way than a page.

    It holds for what runs in this context and in this thread, and ends with the block.
    """
    token = _acting.set(person)
    try:
        yield
    finally:
        _acting.reset(token)


def current_person() -> Person:
    """Return who uses this browser session; where nobody signs in, the person at this machine.

    With a roster (`recscope app --people`) it is whom the sign-in of `[auth]` says it is, in the
    role the roster gives. It is asked anew in every run, so that a role taken away is gone with
    the next click.

    Raises
    ------
    AccessError
        Nobody has signed in, they are not on the roster, or there is none where one is needed.
    """
    acting = _acting.get()
    if acting is not None:
        return acting
    roster = roster_in_use()
    if roster is not None:
        return person_of(st.user.to_dict(), roster)
    if "is_logged_in" in st.user:
        raise AccessError(
            "people can sign in here, but there is no list of people; start recscope app with "
            "--people FILE"
        )
    if not _is_here():
        raise AccessError(
            "you come from another machine, and nobody signs in here; start recscope app with "
            "--people FILE"
        )
    return LOCAL


def _is_here() -> bool:
    """Whether the page is open at this machine; Streamlit names no address for whoever is."""
    address = st.context.ip_address
    return is_from_here(address if isinstance(address, str) else HERE, st.context.headers)


def signs_in() -> bool:
    """Whether people have to sign in here."""
    return roster_in_use() is not None


def is_signed_in() -> bool:
    """Whether somebody has, whoever it is."""
    return identity_of(st.user.to_dict()) is not None


def person_of(claims: Mapping[str, object], roster: Roster) -> Person:
    """Return whom the claims of a sign-in name.

    An e-mail address counts unless the provider says that it was not verified; without one the
    subject stands for the person, as ``sub:…`` in the roster.
    """
    identity = identity_of(claims)
    if identity is None:
        raise AccessError("nobody has signed in; sign in first")
    return roster.person(identity)


def identity_of(claims: Mapping[str, object]) -> str | None:
    """Return whom the claims of a sign-in name, on the roster or not; None for nobody."""
    if claims.get("is_logged_in") is False:
        return None
    email, subject = claims.get("email"), claims.get("sub")
    if isinstance(email, str) and email.strip() and _is_verified(claims):
        return email
    return f"sub:{subject}" if isinstance(subject, str) and subject else None


def _is_verified(claims: Mapping[str, object]) -> bool:
    return claims.get("email_verified", True) in (True, "true")
