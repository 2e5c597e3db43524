"""Explore or exploit: what leaving places to chance does."""

from __future__ import annotations

import streamlit as st

from dashboard import loaders
from dashboard.components.attributes import attributes_of
from dashboard.components.before_after import before_after
from dashboard.components.curve import curve
from dashboard.components.effect_card import draw_effect
from dashboard.components.effects import FIRST, Effect, effects_of
from dashboard.components.feedback import feedback
from dashboard.components.figures import decimals, direction, range_text, value_text
from dashboard.components.page import heading, show
from dashboard.components.payers import payers
from dashboard.components.rate import rate_name, rate_slider
from dashboard.components.tables import numbers_table, result_row
from dashboard.i18n import Translator
from dashboard.state import Selection

__all__ = ["explore"]


def explore(selection: Selection, _: Translator) -> None:
    """Draw the page."""
    run = selection.run
    heading(
        _("Explore or exploit"),
        _(
            "What happens to accuracy, to the gap between groups, to popularity and to variety "
            "when lists depart from the model's own?"
        ),
    )
    rate_slider(run, _)
    attributes = attributes_of(loaders.dataset(run.dataset))
    attribute = attributes[0] if attributes else None
    effects = effects_of(run, attribute, _)
    st.markdown(f"**{_sentence(effects, selection, _)}**")
    for column, card in zip(st.columns(FIRST), effects[:FIRST], strict=True):
        with column:
            draw_effect(card, run, _)
    st.caption(
        _(
            "Grey is the model's own list, blue the list now. Bars and ranges are 95% intervals "
            "from resampling people; n is how many people a number rests on."
        )
    )
    numbers_table(_rows(effects, selection, _), _("These numbers as a table"))
    curve(selection, effects, attribute, _)
    payers(selection, attributes, _)
    before_after(selection, _)
    feedback(selection, _)


def _sentence(effects: list[Effect], selection: Selection, _: Translator) -> str:
    run = selection.run
    if run.rate == 0:
        accuracy, gap = (value_text(_, card.now) for card in effects[:2])
        return _(
            "This is the model's own list: accuracy {accuracy}, gap between groups {gap}. "
            "Move the slider to see what exploring changes.",
            accuracy=accuracy,
            gap=gap,
        )
    clear = [card for card in effects if direction(card.change)]
    unclear = [card.subject for card in effects if card.change and not direction(card.change)]
    sentences = []
    if clear:
        sentences.append(
            _(
                "At an exploration rate of {rate}, {changes}.",
                rate=_.number(run.rate, digits=2),
                changes=_.clauses([_clause(card, _) for card in clear]),
            )
        )
    if unclear:
        sentences.append(_("No clear change: {subjects}.", subjects=_.listing(unclear)))
    return _.paragraph(sentences)


def _clause(card: Effect, _: Translator) -> str:
    change = card.change
    if change is None or change.value is None:
        return card.subject
    fields = {
        "subject": card.subject,
        "size": _.number(abs(change.value), digits=decimals(change.metric)),
        "ends": range_text(_, change, signed=True),
    }
    if change.value > 0:
        return _("{subject} rises by {size} ({ends})", **fields)
    return _("{subject} falls by {size} ({ends})", **fields)


def _rows(effects: list[Effect], selection: Selection, _: Translator) -> list[dict[str, str | int]]:
    rows = []
    for card in effects:
        states = [(_("rate 0"), card.before), (rate_name(selection.run.rate, _), card.now)]
        if selection.run.rate:
            states.append((_("change"), card.change))
        rows += [
            result_row(_, result, **{_("Measure"): card.title, _("List"): state})
            for state, result in states
        ]
    return rows


show(explore)
