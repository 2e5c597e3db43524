"""The main parameters in words, as a draft for the terms of a service."""

from __future__ import annotations

import polars as pl
import streamlit as st

from dashboard.components.parameter_rows import parameter_name
from dashboard.i18n import Translator
from engine.explanations.main_parameters import EXPLORATION

__all__ = ["article_27_text", "draw_article_27"]


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


def article_27_text(table: pl.DataFrame, rate: float, _: Translator) -> str:
    """Return the draft: what counts, by how much, why, and what can be changed; most first."""
    everyone = table.filter(pl.col("by").is_null() & pl.col("value").is_not_null())
    rows = everyone.filter(pl.col("parameter") != EXPLORATION)
    explored = float(everyone.filter(pl.col("parameter") == EXPLORATION)["value"].sum())
    lines = [_("What you are shown is put in order by a score. These parameters make it up:")]
    for row in rows.sort("value", descending=True).iter_rows(named=True):
        if row["value"] > 0:
            lines.append(f"- {_parameter(row, _)}")
    lines.append(_("These weights were measured on the model in use, not set by hand."))
    if rate > 0:
        lines.append(
            _(
                "At an exploration rate of {rate}, {share} of the places are filled by chance or "
                "by a rule, whatever the score, so that you also see what the model does not know "
                "about.",
                rate=_.percent(rate),
                share=_.percent(explored),
            )
        )
    lines.append(
        _(
            "You can change what counts: take items out of your history or add some, or ask for a "
            "list that does not look at you at all. [Say here where your service offers this.]"
        )
    )
    return "\n".join(lines)


def _parameter(row: dict[str, object], _: Translator) -> str:
    reasons = {
        "history": _("What you chose is compared with what was chosen together with it."),
        "prior": _("What many people choose scores higher for everyone."),
        "attributes": _("People of whom the same is known are given similar scores."),
    }
    name = str(row["parameter"])
    value = _(
        "{parameter}: {share} of the score on average.",
        parameter=parameter_name(name, _),
        share=_.percent(float(str(row["value"]))),
    )
    return _.paragraph([value, reasons[name]])
