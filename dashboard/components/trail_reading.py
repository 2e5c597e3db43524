"""The trail as pages read it: whole, tampered with, or held by another program for a moment."""

from __future__ import annotations

import streamlit as st

from audits.ledger import Entry, Ledger, check_ledger
from dashboard.components.plain import plain
from dashboard.i18n import Translator
from dashboard.trail_keys import trail_path
from engine.errors import OutputError

__all__ = ["read_trail"]

# A page says what it waits for rather than wait; whoever writes an entry needs milliseconds.
_PATIENCE = 2.0
_LOOK_AGAIN = 3.0


def read_trail(_: Translator) -> tuple[Entry, ...] | None:
    """Return the entries of the trail that is there; None where a message says why there are none.

    While another program holds the trail the page looks again by itself, and is drawn as soon as
    the trail is free.
    """
    try:
        ledger = Ledger(trail_path(), patience=_PATIENCE)
        faults = check_ledger(ledger)
        if not faults:
            return ledger.entries()
    except OutputError as error:
        st.warning(plain(_.error(error)), icon=":material/hourglass_top:")
        _look_again()
        return None
    st.error(_("The trail was tampered with: {where}.", where=plain(faults[0].where)))
    return None


@st.fragment(run_every=_LOOK_AGAIN)
def _look_again() -> None:
    try:
        Ledger(trail_path(), patience=0.05)
    except OutputError:
        return
    st.rerun()
