"""Facts and texts about recommendations, made once and kept within bounds."""

from __future__ import annotations

import streamlit as st

from dashboard import loaders
from dashboard.owned import owned
from engine.config import RunConfig
from engine.justifications.clauses import Audience
from engine.justifications.facts import FactRecord
from engine.justifications.gathering import place_facts
from engine.justifications.justification import Justification
from engine.justifications.justify import justify
from engine.justifications.sources import GeneratorName, make_generator
from engine.justifications.writer import Writer

__all__ = ["facts", "words"]


class _NotWritten(Exception):
    """No language model wrote the text; kept out of the cache, so that it is asked again."""

    def __init__(self, instead: Justification) -> None:
        super().__init__()
        self.instead = instead


@owned(512)
def facts(run: RunConfig, user: str, place: int) -> FactRecord:
    """Return what may be said about one place of a person's list, counted from 0."""
    train = loaders.split(run.dataset, run.seed).train
    row = train.user_row(user)
    shown = loaders.slates(run).take([row])
    return place_facts(
        loaders.fitted(run),
        train.histories.take([row]),
        train,
        shown,
        place=place,
        explanation=loaders.explanations(run, user)[int(shown.items[0, place])],
    )


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
