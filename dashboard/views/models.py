"""Models: what each would recommend to the same people, measured side by side."""

from __future__ import annotations

from dataclasses import replace

import streamlit as st

from dashboard import loaders
from dashboard.access.session import current_person
from dashboard.comparison import Compared
from dashboard.components.job_card import await_jobs
from dashboard.components.model_rows import draw_models, models_sentence
from dashboard.components.page import heading, show
from dashboard.i18n import Translator
from dashboard.jobs.costs import affordable, compare_seconds
from dashboard.jobs.fitting import NotYetError
from dashboard.labels import label
from dashboard.services.compare import compare
from dashboard.state import Selection, settle_all
from engine.models.registry import MODELS

__all__ = ["models"]

# The quick ones; the others can be added.
USUAL = ("popularity", "item-knn", "user-knn", "ease", "als", "hybrid")


def models(selection: Selection, _: Translator) -> None:
    """Draw the page."""
    heading(
        selection,
        _("Models"),
        _("How do the models differ in accuracy, in variety and in what they cost?"),
        _,
        turns=False,
    )
    names = _choice(selection, _)
    if not names:
        st.info(_("Choose at least one model."))
        return
    compared, learning = _compare(names, selection, _)
    if learning:
        await_jobs(learning, _, where="models")
    if not compared:
        return
    st.markdown(f"**{models_sentence(compared, _)}**")
    with st.container(border=True):
        draw_models(compared, selection.run.model, _)
    st.caption(
        _(
            "Each model's own lists, with nothing left to chance, on the same held-out quarter of "
            "every history. Bars are 95% intervals from resampling people. Blue is the model of "
            "the other pages. Seconds are of this machine, once."
        )
    )


def _compare(
    names: list[str], selection: Selection, _: Translator
) -> tuple[list[Compared], list[NotYetError]]:
    """Return what is measured, and which models have yet to learn."""
    person = current_person()
    compared, learning = [], []
    train = loaders.split(selection.run.dataset, selection.run.seed).train
    at_once = affordable([compare_seconds(name, train) for name in names])
    for name, inline in zip(names, at_once, strict=True):
        with st.spinner(_("Measuring {model} …", model=label(_, name))):
            try:
                compared.append(
                    compare(person, replace(selection.greedy, model=name), inline=inline)
                )
            except NotYetError as needed:
                learning.append(needed)
    return compared, learning


def _choice(selection: Selection, _: Translator) -> list[str]:
    settle_all("compared", list(MODELS), usual=[*USUAL, selection.run.model])
    return st.multiselect(
        _("Models to compare"),
        list(MODELS),
        format_func=lambda name: label(_, name),
        placeholder=_("Choose"),
        key="compared",
        wrap=True,
        select_all=False,
    )


show(models)
