"""The frame of every page: what was chosen, and what a person reads when it cannot be shown."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager

import streamlit as st

from dashboard.access.session import current_person
from dashboard.components.job_card import await_jobs
from dashboard.components.plain import plain
from dashboard.components.rate import rate_slider
from dashboard.i18n import Translator
from dashboard.jobs.fitting import NotYetError
from dashboard.services.look import look
from dashboard.state import Selection, read
from engine.errors import RecscopeError

__all__ = ["View", "heading", "measuring", "show"]

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


def measuring(_: Translator) -> AbstractContextManager[None]:
    """Say what a page waits for, should it take longer than half a second."""
    return st.spinner(_("Measuring everyone's lists …"))


def heading(
    selection: Selection, title: str, question: str, _: Translator, *, turns: bool = True
) -> None:
    """Draw the title of a page, the one question it answers, and the rate.

    The rate stands on every page: under the title where it ``turns`` what the page shows, and
    with the other choices where it does not.
    """
    st.title(title, anchor=False)
    st.caption(question)
    if turns:
        rate_slider(selection.run, _)
        return
    with st.sidebar:
        rate_slider(selection.run, _)
