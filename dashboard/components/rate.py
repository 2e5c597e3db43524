"""The slider that everything turns on, with words for where it stands."""

from __future__ import annotations

import streamlit as st

from dashboard.i18n import Translator
from engine.config import RunConfig

__all__ = ["rate_name", "rate_slider"]


def rate_slider(run: RunConfig, _: Translator) -> None:
    """Draw the slider of the exploration rate; its value lives in the session."""
    st.slider(
        _("Exploration rate"),
        min_value=0.0,
        max_value=1.0,
        step=0.05,
        format="%.2f",
        key="rate",
        help=_(
            "The chance that a place in the list is filled at random from everything the person "
            "has not seen, rather than with the model's best item left."
        ),
    )
    st.caption(_words(run, _))


def rate_name(rate: float, _: Translator) -> str:
    """Return how a list at a rate is called in charts."""
    return _("rate {rate}", rate=_.number(rate, digits=0 if rate in (0, 1) else 2))


def _words(run: RunConfig, _: Translator) -> str:
    if run.rate == 0:
        return _("Every place shows the model's best item left: nothing is left to chance.")
    if run.rate == 1:
        return _("Every place is filled by chance: the model has no say.")
    places = run.rate * run.n
    whole = abs(places - round(places)) < 1e-9
    return _(
        "On average {places} of {n} places are chosen by chance.",
        places=_.number(places, digits=0 if whole else 1),
        n=_.number(run.n, digits=0),
    )
