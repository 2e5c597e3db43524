"""The texts of one list that a language model writes: what is there, and the job behind it."""

from __future__ import annotations

from functools import partial
from typing import Any

import streamlit as st

from dashboard.access.session import current_person
from dashboard.components.job_card import draw_job, watch
from dashboard.components.plain import plain
from dashboard.i18n import Translator
from dashboard.jobs import queue
from dashboard.jobs.record import JobRecord, State
from dashboard.services.words import ask_for_words, written
from engine.errors import RecscopeError
from engine.justifications.facts import FactRecord
from engine.justifications.justification import Justification

__all__ = ["draw_writing", "find_written"]


def find_written(wanted: dict[str, Any], facts: FactRecord, _: Translator) -> Justification | None:
    """Return what was written about a record; None, with a sentence where that has a reason."""
    try:
        return written(current_person(), wanted, facts)
    except RecscopeError as error:
        st.warning(plain(_.error(error)), icon=":material/warning:")
        return None


def draw_writing(wanted: dict[str, Any], _: Translator) -> None:
    """Draw how far the writing of a list is, or what has it begin; the page goes on meanwhile."""
    person = current_person()
    try:
        if queue.result("justify", wanted, person=person) is not None:
            return
        record = queue.same("justify", wanted, person=person)
    except RecscopeError:
        return  # It was said already why nothing can be written.
    if record is None or record.state is State.DONE:
        _draw_button(wanted, _)
    elif record.active:
        watch(record.id, partial(_look, record), _)
    else:
        draw_job(record, _)


def _look(before: JobRecord) -> None:
    """Draw the page again as soon as a text is there that was not when it was drawn."""
    now = queue.get(before.id, person=current_person())
    if now.stage == "words" and now.done > before.done:
        st.rerun()


def _draw_button(wanted: dict[str, Any], _: Translator) -> None:
    words = _.ngettext(
        "Write the reason of this list",
        "Write the {n} reasons of this list",
        int(wanted["n"]),
    )
    asked = st.button(
        words,
        icon=":material/edit_note:",
        key="write-words",
        help=_(
            "The language model works in the background; you may leave this page. Until then the "
            "fixed words stand here."
        ),
    )
    if asked and _ask(wanted, _) is not None:
        st.rerun()


def _ask(wanted: dict[str, Any], _: Translator) -> JobRecord | None:
    try:
        return ask_for_words(current_person(), wanted)
    except RecscopeError as error:
        st.warning(plain(_.error(error)), icon=":material/hourglass_top:")
        return None
