"""Providers: what groups of items get of people's attention, and whether that fits their merit."""

from __future__ import annotations

import streamlit as st

from audits.catalogue import metric
from audits.item_groups import item_attributes
from audits.settings import MERITS, Merit
from dashboard import loaders
from dashboard.components.metric_rows import metric_help
from dashboard.components.page import heading, measuring, show
from dashboard.components.provider_rows import (
    PROVIDER_MEASURES,
    draw_providers,
    provider_sentence,
)
from dashboard.i18n import N_, Translator
from dashboard.labels import item_attribute_label
from dashboard.state import Selection, settle

__all__ = ["providers"]

MERIT = {
    "relevance": N_("what people really chose afterwards"),
    "catalogue": N_("how many items the group has"),
    "interactions": N_("how much the group had in the log"),
}


def providers(selection: Selection, _: Translator) -> None:
    """Draw the page."""
    run = selection.run
    heading(
        selection,
        _("Providers"),
        _("What do groups of items get of people's attention, and does that fit their merit?"),
        _,
    )
    attribute, name, merit = _choices(list(item_attributes(loaders.dataset(run.dataset).items)), _)
    with measuring(_):
        rows = loaders.provider_results(run, attribute, merit)
    st.markdown(f"**{provider_sentence(rows, name, _)}**")
    with st.container(border=True):
        draw_providers(rows, name, _)
    st.caption(metric_help(metric(name), _))
    st.caption(
        _(
            "Attention falls with the place on the list: 1 over log2(1 + place). An item of "
            "several groups is split evenly among them."
        )
    )


def _choices(attributes: list[str], _: Translator) -> tuple[str, str, Merit]:
    attribute = settle("item_attribute", attributes)
    name = settle("item_measure", PROVIDER_MEASURES, usual="exposure_merit")
    merit = settle("merit", MERITS)
    left, middle, right = st.columns(3)
    left.selectbox(
        _("Compare by"),
        attributes,
        format_func=lambda name: item_attribute_label(_, name),
        key="item_attribute",
    )
    middle.selectbox(
        _("Measure"),
        PROVIDER_MEASURES,
        format_func=lambda name: _(metric(name).label),
        key="item_measure",
        help=metric_help(metric(name), _),
    )
    right.selectbox(
        _("Merit is"),
        MERITS,
        format_func=lambda name: _(MERIT[name]),
        key="merit",
        help=_("What attention ought to be in proportion to; a choice of values, not of numbers."),
    )
    return attribute, name, merit


show(providers)
