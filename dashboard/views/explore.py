"""Explore or exploit: what leaving places to chance does."""

from __future__ import annotations

import streamlit as st

from dashboard import loaders
from dashboard.components.attributes import attributes_of
from dashboard.components.before_after import before_after
from dashboard.components.curve import curve
from dashboard.components.effect_words import effects_text
from dashboard.components.effects import effects_of
from dashboard.components.page import heading, measuring, show
from dashboard.components.payers import payers
from dashboard.i18n import Translator
from dashboard.state import Selection

__all__ = ["explore"]


def explore(selection: Selection, _: Translator) -> None:
    """Draw the page."""
    run = selection.run
    heading(
        selection,
        _("Explore or exploit"),
        _(
            "What happens to accuracy, to the gap between groups, to popularity and to variety "
            "when lists depart from the model's own?"
        ),
        _,
    )
    with measuring(_):
        attributes = attributes_of(loaders.dataset(run.dataset))
        attribute = attributes[0] if attributes else None
        effects = effects_of(run, attribute, _)
    st.markdown(effects_text(effects, run, _))
    curve(selection, effects, attribute, _)
    payers(selection, attributes, _)
    before_after(selection, _)


show(explore)
