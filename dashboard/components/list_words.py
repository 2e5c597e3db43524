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
from dashboard.services.words import words
from dashboard.state import settle
from engine.config import RunConfig
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

    A model that gives trouble once is not asked again for this list: its fixed words stay.
    """
    person = current_person()
    records = {place.rank: word_loaders.facts(run, user, place.rank - 1) for place in places}
    for rank, facts in records.items():
        _write(spots[rank], words(person, facts, language=language, audience="user"), _)
    if maker == "template":
        return
    bar = st.progress(0.0)
    for done, (rank, facts) in enumerate(records.items()):
        bar.progress(
            done / len(records),
            text=_("{done} of {all} reasons written and checked", done=done, all=len(records)),
        )
        found = words(person, facts, language=language, audience="user", generator=maker)
        _write(spots[rank], found, _)
        if found.trouble is not None:
            break
    bar.empty()


def _write(spot: DeltaGenerator, found: Justification, _: Translator) -> None:
    mark = f" :violet-badge[{_('AI-generated')}]" if found.generated else ""
    spot.caption(plain(found.text) + mark)
