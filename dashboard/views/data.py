"""Data: what the chosen data set holds, where it comes from, and how it is skewed."""

from __future__ import annotations

import streamlit as st

from dashboard import loaders
from dashboard.components.datasheet_rows import draw_attributes, draw_datasheet
from dashboard.components.page import heading, show
from dashboard.components.plain import plain
from dashboard.i18n import Translator
from dashboard.labels import label
from dashboard.state import Selection
from dashboard.uploads.names import is_own
from engine.sources.registry import SOURCES

__all__ = ["data"]


def data(selection: Selection, _: Translator) -> None:
    """Draw the page."""
    name = selection.run.dataset
    heading(
        selection,
        _("Data"),
        _("What does the data set hold, where does it come from, and how is it skewed?"),
        _,
        turns=False,
    )
    dataset = loaders.dataset(name)
    st.header(plain(label(_, name)), anchor=False)
    draw_datasheet(loaders.datasheet(name), _)
    st.subheader(_("Who the people are"), anchor=False)
    draw_attributes(dataset, _)
    st.subheader(_("Where it comes from"), anchor=False)
    st.markdown(plain(_("Terms: {terms}.", terms=_terms(name, _))))
    st.caption(
        _(
            "Fingerprint (SHA-256 of the content): {fingerprint}. Reports carry it, so that a "
            "number can be traced to these rows.",
            fingerprint=dataset.fingerprint,
        )
    )


def _terms(name: str, _: Translator) -> str:
    if is_own(name):
        return _("yours; nobody else here sees it")
    found = next((source for source in SOURCES if source.name == name), None)
    return _("not known") if found is None else found.licence


show(data)
