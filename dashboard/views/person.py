"""One person's list: what they are shown, and why."""

from __future__ import annotations

import polars as pl
import streamlit as st

from dashboard import loaders, reason_loaders, word_loaders
from dashboard.access.session import current_person
from dashboard.components.further_questions import further_questions
from dashboard.components.history import history
from dashboard.components.job_card import await_jobs
from dashboard.components.list_rows import REASONS, Place, chosen_row, list_rows, places_of
from dashboard.components.list_words import fill_list_words, wants_list_words
from dashboard.components.page import heading, show
from dashboard.components.person_picker import person_picker
from dashboard.components.plain import plain
from dashboard.components.reason_controls import reason_controls
from dashboard.components.reasons import draw_reasons
from dashboard.components.words import chosen_maker, draw_words
from dashboard.i18n import Translator
from dashboard.jobs.fitting import NotYetError
from dashboard.services.reason import reason
from dashboard.state import Selection
from engine.dataset import Dataset
from engine.errors import RecscopeError

__all__ = ["person"]


def person(selection: Selection, _: Translator) -> None:
    """Draw the page."""
    run = selection.run
    heading(
        selection,
        _("One person's list"),
        _("What is this person shown, and which part of their history put each item there?"),
        _,
    )
    parts = loaders.split(run.dataset, run.seed)
    train = parts.train
    user = person_picker(train, _)
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
        place = chosen_row(places)
        in_words = wants_list_words(run, user, place, _)
        spots = list_rows(places, _)
    with why:
        _why(selection, user, place, train=train, _=_)
    further_questions(run, user, place, train=train, _=_)
    if in_words:
        # Last, so that a slow language model holds nothing else up.
        with listing:
            fill_list_words(
                run, user, places, spots=spots, maker=chosen_maker(_),
                language=selection.language, _=_,
            )  # fmt: skip


def _why(selection: Selection, user: str, place: Place, *, train: Dataset, _: Translator) -> None:
    run = selection.run
    st.header(_("Why number {rank}?", rank=place.rank), anchor=REASONS)
    with st.spinner(_("Asking the model…")):
        facts = word_loaders.facts(run, user, place.rank - 1)
    sentence = draw_words(facts, run, user, language=selection.language, _=_).text
    _placement(selection, user, place, train=train, _=_)
    st.caption(_("In numbers: what each part adds to the score"))
    method, game = reason_controls(run, user, place.item, _)
    try:
        with st.spinner(_("Asking the model…")):
            found = reason(current_person(), run, user, place.item, method=method, game=game)
    except NotYetError as needed:
        await_jobs([needed], _, where="reason")
        return
    except RecscopeError as error:
        st.error(plain(_.error(error)), icon=":material/error:")
        return
    draw_reasons(found, train, said=sentence, name="reasons", _=_)


def _placement(
    selection: Selection, user: str, place: Place, *, train: Dataset, _: Translator
) -> None:
    """Say what put the item there where it was not its score."""
    found = reason_loaders.placement(selection.run, user, place.rank - 1)
    if found.cause == "score":
        return
    own = train.items["title"][found.own_choice]
    digits = 3 if abs(place.score) < 10 else 1
    words = _(
        "By score alone it would be number {own_rank}, and “{own}” would stand here, whose score "
        "is {lag} higher. The numbers below explain its score, not its place.",
        own_rank=found.own_rank,
        own=plain(str(own)),
        lag=_.number(found.lag, digits=digits),
    )
    cause = (
        _(
            "A draw put it here; its chance was {chance}.",
            chance=_.number(found.propensity, digits=5),
        )
        if found.cause == "chance"
        else _("The policy's rule put it here.")
    )
    st.info(
        _.paragraph([cause, words]),
        icon=":material/casino:" if found.cause == "chance" else ":material/move_up:",
    )


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
