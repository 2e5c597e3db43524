"""What is chosen once for all pages."""

from __future__ import annotations

import streamlit as st

from dashboard.i18n import LANGUAGES, Translator
from dashboard.labels import label
from dashboard.state import MAX_SEED, datasets, policies
from engine.models.registry import MODELS

__all__ = ["sidebar"]


def sidebar(_: Translator) -> None:
    """Draw the choices; their values live in the session under their keys."""

    def read(name: str) -> str:
        return label(_, name)

    with st.sidebar:
        st.segmented_control(
            _("Language"),
            list(LANGUAGES),
            format_func=LANGUAGES.__getitem__,
            key="language",
            required=True,
            label_visibility="collapsed",
            wrap=True,
        )
        st.selectbox(
            _("Data set"),
            datasets(),
            format_func=read,
            key="dataset",
            help=_("Whose histories are looked at; bring your own on the page “Your data”."),
        )
        st.selectbox(
            _("Model"),
            list(MODELS),
            format_func=read,
            key="model",
            help=_("What scores the items from a person's history."),
        )
        st.selectbox(
            _("Policy"),
            policies(),
            format_func=read,
            key="policy",
            help=_("How lists depart from the model's own: what the exploration rate turns."),
        )
        st.number_input(
            _("Seed"),
            min_value=0,
            max_value=MAX_SEED,
            step=1,
            key="seed",
            help=_("Every draw hangs on it: the same seed gives the same numbers."),
        )
