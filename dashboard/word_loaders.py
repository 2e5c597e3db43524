"""Facts, and texts about them: fixed words made at once, those of a language model by a job."""

from __future__ import annotations

import streamlit as st

from dashboard import loaders
from dashboard.access.session import current_person
from dashboard.jobs import queue
from dashboard.jobs.justify_files import kept_words
from dashboard.jobs.kind import Config
from dashboard.owned import owned
from engine.config import RunConfig
from engine.justifications.clauses import Audience
from engine.justifications.facts import FactRecord
from engine.justifications.gathering import item_facts, place_facts
from engine.justifications.justification import Justification
from engine.justifications.justify import justify

__all__ = ["facts", "facts_about", "words", "written"]


@owned(512)
def facts(run: RunConfig, user: str, place: int) -> FactRecord:
    """Return what may be said about one place of a person's list, counted from 0."""
    train = loaders.split(run.dataset, run.seed).train
    row = train.user_row(user)
    shown = loaders.slates(run).take([row])
    item = int(shown.items[0, place])
    return place_facts(
        loaders.fitted(run),
        train.histories.take([row]),
        train,
        shown,
        place=place,
        explanation=loaders.explanations(run, user)[item],
        near=loaders.is_near(run, row, item) if shown.explored[0, place] else None,
    )


@owned(64)
def facts_about(run: RunConfig, user: str, item: str) -> FactRecord:
    """Return what may be said about one item for one person, on the model's own list."""
    train = loaders.split(run.dataset, run.seed).train
    history = train.histories.take([train.user_row(user)])
    return item_facts(loaders.fitted(run), history, train.item_row(item), train, n=run.n)


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
