"""The reason under each item of a list, each shown as soon as it has passed its check."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from dashboard import reason_loaders, word_loaders
from dashboard.access.session import current_person
from dashboard.components.list_rows import Place
from dashboard.components.plain import plain
from dashboard.i18n import Translator
from dashboard.jobs.justify import wanted_words
from dashboard.jobs.kind import Config
from dashboard.services.words import words, written
from dashboard.state import settle
from engine.config import RunConfig
from engine.errors import RecscopeError
from engine.justifications.facts import FactRecord
from engine.justifications.justification import Justification
from engine.justifications.sources import GeneratorName

__all__ = ["fill_list_words", "wants_list_words"]


def wants_list_words(run: RunConfig, user: str, place: Place, _: Translator) -> bool:
    """Draw the switch; it is off at first where reasons must be sampled, which takes a while."""
    quick = reason_loaders.methods(run, user, place.item, "history")[0] == "exact"
    settle("sentences", (True, False), usual=quick)
    return st.toggle(
        _("A reason under each item"),
        key="sentences",
        help=_(
            "One short sentence for the person. With a language model each appears when its claims "
            "have been checked; until then fixed words stand there, which are checked too."
        ),
    )


def fill_list_words(
    run: RunConfig,
    user: str,
    places: Sequence[Place],
    *,
    spots: Mapping[int, DeltaGenerator],
    maker: GeneratorName,
    language: str,
    _: Translator,
) -> None:
    """Put the person's sentence under each place, by rank; what has not been checked never shows.

    Those of a language model are there as soon as its job has written them; `draw_writing` has it
    begin, and draws the page again whenever there is one more.
    """
    person = current_person()
    wanted = (
        None
        if maker == "template"
        else wanted_words(run, user, language=language, audience="user", generator=maker)
    )
    for place in places:
        facts = word_loaders.facts(run, user, place.rank - 1)
        found = words(person, facts, language=language, audience="user")
        if wanted is not None and facts.refusal is None:
            found = _by_model(wanted, facts) or found
        _write(spots[place.rank], found, _)


def _by_model(wanted: Config, facts: FactRecord) -> Justification | None:
    try:
        return written(current_person(), wanted, facts)
    except RecscopeError:
        return None  # The reason beside the list says why.


def _write(spot: DeltaGenerator, found: Justification, _: Translator) -> None:
    mark = f" :violet-badge[{_('AI-generated')}]" if found.generated else ""
    spot.caption(plain(found.text) + mark)
