"""Texts about recommendations: fixed words made at once, those of a language model by a job."""

from __future__ import annotations

import streamlit as st

from dashboard.access.session import current_person
from dashboard.jobs import queue
from dashboard.jobs.justify_files import kept_words
from dashboard.jobs.kind import Config
from engine.justifications.clauses import Audience
from engine.justifications.facts import FactRecord
from engine.justifications.justification import Justification
from engine.justifications.justify import justify

__all__ = ["words", "written"]


@st.cache_resource(max_entries=1024, show_spinner=False)
def words(facts: FactRecord, *, language: str, audience: Audience) -> Justification:
    """Return the fixed words about a record, checked."""
    return justify(facts, language=language, audience=audience)


def written(wanted: Config, facts: FactRecord) -> Justification | None:
    """Return what a language model wrote about a record; None if no job has come to it yet.

    A job need not be done for that: each text is there as soon as it is written.
    """
    folder = queue.folder_of("justify", wanted, person=current_person())
    return kept_words(facts, folder)
