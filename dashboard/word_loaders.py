"""Texts about recommendations, written once and kept within bounds."""

from __future__ import annotations

import streamlit as st

from engine.justifications.clauses import Audience
from engine.justifications.facts import FactRecord
from engine.justifications.justification import Justification
from engine.justifications.justify import justify
from engine.justifications.sources import GeneratorName, make_generator
from engine.justifications.writer import Writer

__all__ = ["words"]


@st.cache_resource(max_entries=1024, show_spinner=False)
def words(
    facts: FactRecord, *, language: str, audience: Audience, generator: GeneratorName
) -> Justification:
    """Return the checked text about a record; a language model is waited for in its turn."""
    if generator == "template":
        return justify(facts, language=language, audience=audience)
    order = _writer(generator).order(facts, language=language, audience=audience)
    return order.result()


@st.cache_resource(max_entries=2, show_spinner=False)
def _writer(generator: GeneratorName) -> Writer:
    return Writer(lambda: make_generator(generator))
