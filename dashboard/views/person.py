"""One person's list: what they are shown, and why."""

from __future__ import annotations

import polars as pl
import streamlit as st

from dashboard import loaders
from dashboard.components.history import history
from dashboard.components.list_rows import Place, list_rows, places_of
from dashboard.components.page import heading, show
from dashboard.components.person_picker import person_picker
from dashboard.components.rate import rate_slider
from dashboard.components.reasons import draw_reasons
from dashboard.components.words import draw_words
from dashboard.i18n import Translator
from dashboard.state import Selection

__all__ = ["person"]


def person(selection: Selection, _: Translator) -> None:
    """Draw the page."""
    run = selection.run
    heading(
        _("One person's list"),
        _("What is this person shown, and which part of their history put each item there?"),
    )
    parts = loaders.split(run.dataset, run.seed)
    train = parts.train
    left, right = st.columns([1.25, 1], gap="medium")
    with left:
        user = person_picker(train, _)
    with right:
        rate_slider(run, _)
    history(train, user, _)
    later = set(parts.held_out.filter(pl.col("user_id") == user)["item_id"])
    row = train.user_row(user)
    places = places_of(loaders.slates(run), row, items=train, later=later)
    if not places:
        st.info(_("There is nothing left to show: this person has had the whole catalogue."))
        return
    listing, why = st.columns([1.25, 1], gap="medium")
    with listing:
        st.header(_("The list"), anchor=False)
        st.caption(_summary(places, later, _))
        place = list_rows(places, _)
    with why:
        st.header(_("Why number {rank}?", rank=place.rank), anchor=False)
        found = loaders.explanations(run, user)[place.item]
        facts = loaders.facts(run, user, place.rank - 1)
        written = draw_words(facts, language=selection.language, _=_)
        draw_reasons(found, train, sentence=written.text, _=_)


def _summary(places: list[Place], later: set[str], _: Translator) -> str:
    hits = sum(place.chosen_later for place in places)
    explored = sum(place.by_chance for place in places)
    return _.paragraph(
        [
            _(
                "{hits} of these {n} are among the {later} items this person chose later.",
                hits=hits,
                n=len(places),
                later=len(later),
            ),
            _.ngettext("{n} is there by chance.", "{n} are there by chance.", explored),
        ]
    )


show(person)
