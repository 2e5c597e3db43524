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


class _NotWritten(Exception):
    """No language model wrote the text; kept out of the cache, so that it is asked again."""

    def __init__(self, instead: Justification) -> None:
        super().__init__()
        self.instead = instead


def words(
    facts: FactRecord, *, language: str, audience: Audience, generator: GeneratorName
) -> Justification:
    """Return the checked text about a record; a language model is waited for in its turn."""
    try:
        return _words(facts, language=language, audience=audience, generator=generator)
    except _NotWritten as fault:
        return fault.instead


@st.cache_resource(max_entries=1024, show_spinner=False)
def _words(
    facts: FactRecord, *, language: str, audience: Audience, generator: GeneratorName
) -> Justification:
    if generator == "template":
        return justify(facts, language=language, audience=audience)
    order = _writer(generator).order(facts, language=language, audience=audience)
    found = order.result()
    if found.trouble is not None:
        raise _NotWritten(found)
    return found


@st.cache_resource(max_entries=2, show_spinner=False)
def _writer(generator: GeneratorName) -> Writer:
    return Writer(lambda: make_generator(generator))
