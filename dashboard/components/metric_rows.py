"""The catalogue of measures as people read it."""

from __future__ import annotations

import streamlit as st

from audits.catalogue import EVERYTHING
from audits.measures.spec import FAMILIES, MetricSpec
from dashboard.components.figures import with_ends
from dashboard.components.plain import plain
from dashboard.i18n import N_, Translator
from dashboard.state import settle

__all__ = ["draw_metrics", "metric_help", "range_words"]

FAMILY = {
    "accuracy": N_("Does it find what people want?"),
    "exposure": N_("How is attention spread over items?"),
    "popularity": N_("How popular is what is shown?"),
    "variety": N_("How varied and how surprising are the lists?"),
    "calibration": N_("Do the lists fit the histories?"),
    "providers": N_("What do groups of items get?"),
    "gaps": N_("How far apart are groups of people?"),
    "bubble": N_("What happens over rounds of feedback? (simulated)"),
}
DIRECTION = {
    "higher": N_("higher is better"),
    "lower": N_("lower is better"),
    "one": N_("nearer to 1 is more equal"),
    "zero": N_("nearer to 0 is more equal"),
    "descriptive": N_("neither end is better in itself"),
}
SCOPE = {
    "user": N_("for everyone and by group of people"),
    "total": N_("for everyone and by group of people"),
    "system": N_("for all lists together"),
    "provider": N_("by group of items"),
    "pair": N_("by group of people and category"),
    "gap": N_("between groups of people, for any measure with groups"),
    "rounds": N_("by round of a simulation"),
}
NEEDS = {
    "held_out": N_("later choices"),
    "interactions": N_("histories"),
    "items": N_("the catalogue"),
    "categories": N_("categories of items"),
    "users": N_("attributes of people"),
    "scores": N_("scores"),
    "feedback": N_("a simulation"),
}
UNIT = {"bits": N_("bits"), "nats": N_("nats"), "interactions": N_("interactions")}


def metric_help(spec: MetricSpec, _: Translator) -> str:
    """Say in one paragraph what a measure is; for the help beside any number."""
    direction = _(
        "Range: {range}; {direction}.",
        range=range_words(spec, _),
        direction=_(DIRECTION[spec.direction]),
    )
    return _.paragraph([_(spec.definition), direction])


def range_words(spec: MetricSpec, _: Translator) -> str:
    """Say where the values of a measure lie, and in which unit."""
    low, high = (_end(end, _) for end in (spec.low, spec.high))
    words = _("from {low} to {high}", low=low, high=high)
    return with_ends(_, words, _(UNIT[spec.unit])) if spec.unit else words


def _end(value: float | None, _: Translator) -> str:
    return _("no bound") if value is None else _.number(value, digits=0 if value % 1 == 0 else 2)


def draw_metrics(_: Translator) -> None:
    """Draw one family of the catalogue, or what a person looks for in all of it."""
    left, right = st.columns([2, 3], vertical_alignment="bottom")
    looked_for = left.text_input(
        _("Find a measure"),
        key="metrics-find",
        placeholder=_("for example: gap"),
        max_chars=60,
        live=True,
    )
    family = settle("metrics-family", FAMILIES)
    right.selectbox(
        _("Or choose a question"),
        FAMILIES,
        format_func=lambda name: _(FAMILY[name]),
        key="metrics-family",
        disabled=bool(looked_for),
    )
    found = _found(looked_for, family, _)
    total = _.number(len(EVERYTHING), digits=0)
    shown = _.ngettext(
        "{n} measure of {total}.", "{n} measures of {total}.", len(found), total=total
    )
    st.caption(shown)
    for spec in found:
        _draw(spec, _)


def _found(looked_for: str, family: str, _: Translator) -> list[MetricSpec]:
    if not looked_for.strip():
        return [spec for spec in EVERYTHING if spec.family == family]
    words = looked_for.lower().split()
    return [
        spec
        for spec in EVERYTHING
        if all(word in f"{spec.id} {_(spec.label)} {_(spec.definition)}".lower() for word in words)
    ]


def _draw(spec: MetricSpec, _: Translator) -> None:
    """Draw what a measure means and which way is better; the formula is one click away."""
    reading = _(
        "Range: {range}; {direction}.",
        range=range_words(spec, _),
        direction=_(DIRECTION[spec.direction]),
    )
    needs = _.listing([_(NEEDS[need]) for need in spec.needs])
    facts = [
        _("Given {scope}.", scope=_(SCOPE[spec.scope])),
        _("Needs lists and {needs}.", needs=needs),
        _("Source: {source}.", source=spec.source),
        _("Short name: {name}.", name=spec.id),
    ]
    with st.container(border=True, gap="xsmall"):
        st.markdown(f"**{_(spec.label)}**  \n{_(spec.definition)}")
        st.caption(plain(reading))
        with st.expander(_("Formula and source"), icon=":material/function:"):
            st.code(_(spec.formula), language=None, wrap_lines=True)
            st.caption(plain(_.paragraph(facts)))
