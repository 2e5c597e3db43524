"""The main parameters in words, as a draft for the terms of a service."""

from __future__ import annotations

import polars as pl
import streamlit as st

from dashboard.i18n import Translator
from dashboard.parameter_words import article_27_text

__all__ = ["draw_article_27"]


def draw_article_27(table: pl.DataFrame, rate: float, _: Translator) -> None:
    """Draw the draft, ready to be copied, and what it is not."""
    st.header(_("In words, for the terms of a service"), anchor=False)
    st.caption(
        _(
            "Article 27 of the EU's Digital Services Act asks platforms to set out the main "
            "parameters in plain language, why they count as they do, and how to change them. "
            "This draft is made of the figures above. It is no legal advice and claims no "
            "compliance; whether the article applies to a service is for that service to find out."
        )
    )
    st.code(article_27_text(table, rate, _), language=None, wrap_lines=True)
