"""Groups: whether the lists serve everyone alike."""

from __future__ import annotations

import streamlit as st

from audits.catalogue import CATALOGUE, metric
from dashboard import loaders
from dashboard.components.attributes import group_options
from dashboard.components.figures import known_metrics
from dashboard.components.group_rows import draw_groups, draw_suppressed, gap_sentence
from dashboard.components.metric_rows import metric_help
from dashboard.components.page import heading, measuring, show
from dashboard.i18n import Translator
from dashboard.labels import attribute_label
from dashboard.state import Selection, settle

__all__ = ["groups"]


def groups(selection: Selection, _: Translator) -> None:
    """Draw the page."""
    run = selection.run
    heading(
        selection,
        _("Groups"),
        _("Do the lists serve some groups of people better than others, and how sure is that?"),
        _,
    )
    attributes = list(group_options(loaders.dataset(run.dataset)))
    if not attributes:
        st.info(
            _("This data set says nothing about its people, so there are no groups to compare."),
            icon=":material/group_off:",
        )
        return
    attribute, name = _choices(attributes, _)
    spec = metric(name)
    with measuring(_):
        audit = loaders.summary(run, (attribute,))
    st.markdown(f"**{gap_sentence(audit, name, attribute, _)}**")
    with st.container(border=True):
        draw_groups(audit, name, attribute, _)
    draw_suppressed(audit, name, attribute, _)
    st.caption(_("{label}: {text}", label=_(spec.label), text=_(spec.definition)))
    st.caption(_not_by_group(_))


def _choices(attributes: list[str], _: Translator) -> tuple[str, str]:
    attribute, name = settle("attribute", attributes), settle("measure", known_metrics())
    left, right = st.columns(2)
    left.selectbox(
        _("Compare by"),
        attributes,
        format_func=lambda name: attribute_label(_, name),
        key="attribute",
    )
    right.selectbox(
        _("Measure"),
        known_metrics(),
        format_func=lambda name: _(metric(name).label),
        key="measure",
        help=metric_help(metric(name), _),
    )
    return attribute, name


def _not_by_group(_: Translator) -> str:
    labels = [_(spec.label) for spec in CATALOGUE if spec.scope == "system"]
    return _(
        "Not by group: {measures}. They are properties of all lists together and grow with the "
        "number of people, so groups of different size cannot be compared by them.",
        measures=_.listing(labels),
    )


show(groups)
