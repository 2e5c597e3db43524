"""Work in progress: what a person has asked for, how far it is, and what became of it."""

from __future__ import annotations

import streamlit as st

from dashboard.access.session import current_person
from dashboard.components.job_card import WATCH_SECONDS, draw_job
from dashboard.components.page import heading, show
from dashboard.components.plain import plain
from dashboard.i18n import Translator
from dashboard.jobs import queue
from dashboard.state import Selection
from engine.errors import OutputError

__all__ = ["jobs"]


def jobs(selection: Selection, _: Translator) -> None:
    """Draw the page."""
    heading(
        selection,
        _("Work in progress"),
        _("What have you asked for, how far is it, and what became of it?"),
        _,
        turns=False,
    )
    if any(record.active for record in queue.listed(current_person())):
        st.fragment(_draw, run_every=WATCH_SECONDS)(_)
    else:
        _draw(_)


def _draw(_: Translator) -> None:
    try:
        records = queue.listed(current_person())
    except OutputError as error:
        st.warning(plain(_.error(error)), icon=":material/warning:")
        return
    if not records:
        st.info(
            _("Nothing yet. Fits and simulations that take long are listed here."),
            icon=":material/science:",
        )
    for record in records:
        draw_job(record, _, named=True)


show(jobs)
