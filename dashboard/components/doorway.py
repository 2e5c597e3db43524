"""What stands before the pages where people sign in, and who is in."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from dashboard.access.person import Person
from dashboard.access.session import current_person, is_signed_in, signs_in
from dashboard.components.plain import plain
from dashboard.i18n import N_, Translator
from engine.errors import RecscopeError

__all__ = ["admit", "who_is_in"]

ROLE = {"viewer": N_("viewer"), "analyst": N_("analyst"), "reviewer": N_("reviewer")}


def admit(_: Translator) -> Person:
    """Return who is here, or draw why nobody is and go no further."""
    try:
        return current_person()
    except RecscopeError as error:
        _refuse(error, _)
        st.stop()


def who_is_in(person: Person, _: Translator) -> None:
    """Say in the sidebar who has signed in, and let them out."""
    if not signs_in():
        return
    role = _(ROLE[person.role.name.lower()])
    with st.sidebar:
        st.caption(
            plain(_("Signed in as {identity} ({role})", identity=person.identity, role=role))
        )
        st.button(
            _("Sign out"),
            icon=":material/logout:",
            key="sign-out",
            on_click=st.logout,
            width="stretch",
        )


def _refuse(error: RecscopeError, _: Translator) -> None:
    if not signs_in():
        st.error(plain(_.error(error)), icon=":material/lock:")
        return
    st.title(_("Welcome to recscope"), anchor=False)
    if is_signed_in():
        st.warning(plain(_.error(error)), icon=":material/person_off:")
        st.button(_("Sign out"), icon=":material/logout:", key="sign-out", on_click=st.logout)
        return
    st.markdown(_("What a recommender does to the people it serves. Sign in to look."))
    for provider in _providers():
        st.button(
            _("Sign in with {provider}", provider=provider) if provider else _("Sign in"),
            type="primary",
            icon=":material/login:",
            key=f"sign-in-{provider}",
            on_click=st.login,
            args=(provider,),
        )


def _providers() -> list[str | None]:
    """Names of the providers in ``[auth]``; None is the only one, which needs no name."""
    try:
        auth = st.secrets.get("auth", {})
    except FileNotFoundError:
        return []
    named = [
        name
        for name, part in auth.items()
        if isinstance(part, Mapping) and "server_metadata_url" in part
    ]
    return [*named] if named else [None]
