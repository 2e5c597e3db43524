"""Settings: policies and rates held against each other, and which one a written rule suggests."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import streamlit as st

from audits.measured import Setting
from dashboard import loaders
from dashboard.access.role import Action
from dashboard.access.session import current_person
from dashboard.components.allowed import why_not
from dashboard.components.attributes import attributes_of
from dashboard.components.job_card import await_jobs
from dashboard.components.page import heading, show
from dashboard.components.pareto import AGAINST, draw_front, draw_settings_table
from dashboard.components.plain import plain
from dashboard.components.rule import draw_suggestion, edit_rule, rule_text
from dashboard.i18n import Translator
from dashboard.jobs.costs import affordable, curve_seconds
from dashboard.jobs.fitting import NotYetError
from dashboard.labels import attribute_label, label
from dashboard.services.compare import measure
from dashboard.state import (
    Selection,
    keep_tried,
    kept_tried,
    policies,
    settle,
    settle_all,
)
from engine.errors import CapabilityError

__all__ = ["settings"]

# One of each kind; the others can be added.
USUAL = ("epsilon-greedy", "plackett-luce", "mmr", "calibration")


def settings(selection: Selection, _: Translator) -> None:
    """Draw the page."""
    heading(
        selection,
        _("Policies and rates"),
        _("Which policy at which rate gives up the least accuracy for what you want more of?"),
        _,
        turns=False,
    )
    attributes = attributes_of(loaders.dataset(selection.run.dataset))
    attribute = _attribute(attributes, _)
    chosen = _policies(selection, _)
    refusal = why_not(current_person(), Action.RUN, _)
    if st.button(
        _("Measure these settings"),
        type="primary",
        icon=":material/play_arrow:",
        key="measure-settings",
        disabled=refusal is not None or not chosen,
        help=refusal,
    ):
        keep_tried(selection.greedy, tuple(chosen))
    tried = kept_tried(selection.greedy)
    if not tried:
        st.info(
            _(
                "Nothing has been measured for this data set, model and seed yet. Eleven rates of "
                "each policy take some seconds."
            ),
            icon=":material/science:",
        )
        return
    found = _measured(selection, tried, attribute, _)
    if found:
        _draw(found, attribute, _)


def _draw(found: Sequence[Setting], attribute: str | None, _: Translator) -> None:
    with st.container(border=True):
        rule = edit_rule(attribute is not None, _)
        st.caption(plain(_("Rule: {rule}.", rule=rule_text(rule, _))))
        suggested = draw_suggestion(found, rule, _)
    for against in AGAINST:
        if attribute is not None or against == "intra_list_diversity":
            with st.container(border=True):
                draw_front(found, against, suggested=suggested, _=_)
    draw_settings_table(found, _)


def _attribute(attributes: list[str], _: Translator) -> str | None:
    if not attributes:
        return None
    attribute = settle("attribute", attributes)
    st.selectbox(
        _("Gap between groups by"),
        attributes,
        format_func=lambda name: attribute_label(_, name),
        key="attribute",
        width=360,
    )
    return attribute


def _policies(selection: Selection, _: Translator) -> list[str]:
    settle_all("tried_policies", policies(), usual=[selection.run.policy, *USUAL])
    return st.multiselect(
        _("Policies to compare"),
        policies(),
        format_func=lambda name: label(_, name),
        placeholder=_("Choose"),
        key="tried_policies",
        wrap=True,
        select_all=False,
    )


def _measured(
    selection: Selection, tried: Sequence[str], attribute: str | None, _: Translator
) -> list[Setting]:
    """Return the model's own list once, then each policy at each rate above 0."""
    by = () if attribute is None else (attribute,)
    found: list[Setting] = []
    waiting: list[NotYetError] = []
    bar = st.progress(0.0, text=_("Starting…"))
    runs = [replace(selection.greedy, policy=name) for name in tried]
    train = loaders.split(selection.run.dataset, selection.run.seed).train
    at_once = affordable([curve_seconds(run, train) for run in runs])
    for number, (name, run) in enumerate(zip(tried, runs, strict=True)):
        bar.progress(number / len(tried), text=_("Measuring {policy} …", policy=label(_, name)))
        try:
            curve = measure(current_person(), run, by=by, inline=at_once[number])
        except NotYetError as needed:
            waiting.append(needed)
            continue
        except CapabilityError as error:
            st.warning(plain(_.error(error)), icon=":material/warning:")
            continue
        own = replace(curve[0], policy="greedy")
        found += curve[1:] if found else [own, *curve[1:]]
    bar.empty()
    if waiting:
        await_jobs(waiting, _, where="settings")
    return found


show(settings)
