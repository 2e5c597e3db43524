"""The frame of every page: what was chosen, and what a person reads when it cannot be shown."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from dashboard.access.session import current_person
from dashboard.components.job_card import await_jobs
from dashboard.components.plain import plain
from dashboard.i18n import Translator
from dashboard.jobs.fitting import NotYetError
from dashboard.services.look import look
from dashboard.state import Selection, read
from engine.errors import RecscopeError

__all__ = ["View", "heading", "show"]

View = Callable[[Selection, Translator], None]


def show(view: View) -> None:
    """Draw a page; an error a person can act on becomes its translated sentence."""
    selection = read()
    _ = selection.translate
    try:
        look(current_person(), selection.run)
        try:
            view(selection, _)
        except NotYetError as needed:
            await_jobs([needed], _)
    except RecscopeError as error:
        st.error(plain(_.error(error)), icon=":material/error:")


def heading(title: str, question: str) -> None:
    """Draw the title of a page and the one question it answers."""
    st.title(title, anchor=False)
    st.caption(question)
