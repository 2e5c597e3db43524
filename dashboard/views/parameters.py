"""Main parameters: what counts for how much in a model's lists, over many people."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

import polars as pl
import streamlit as st

from dashboard import loaders, reason_loaders
from dashboard.components.article_27 import draw_article_27
from dashboard.components.attributes import attributes_of
from dashboard.components.job_card import await_jobs
from dashboard.components.page import heading, show
from dashboard.components.parameter_rows import draw_groups, draw_parameters
from dashboard.components.surrogate_tree import draw_surrogate
from dashboard.components.trust import trust
from dashboard.i18n import Translator
from dashboard.jobs.fitting import NotYetError
from dashboard.labels import attribute_label
from dashboard.parameter_words import exploration_sentence, of_scores, parameters_sentence
from dashboard.state import Selection, settle

__all__ = ["parameters"]

T = TypeVar("T")


def parameters(selection: Selection, _: Translator) -> None:
    """Draw the page."""
    run = selection.run
    heading(
        selection,
        _("Main parameters"),
        _("What counts for how much in this model's lists, over many people?"),
        _,
        turns=False,
    )
    train = loaders.split(run.dataset, run.seed).train
    names = tuple(attributes_of(train))
    waiting: list[NotYetError] = []
    with st.spinner(_("Asking the model about many people…")):
        table = _unless_waiting(lambda: reason_loaders.parameters(run, names), waiting)
        tree = _unless_waiting(lambda: reason_loaders.surrogate(run), waiting)
    if waiting:
        await_jobs(waiting, _, where="parameters")
    if table is not None:
        _draw_table(table, selection, names, _)
    if tree is not None:
        st.header(_("An imitation in three questions"), anchor=False)
        draw_surrogate(tree, _)
    if not waiting:
        trust(selection, _)


def _unless_waiting(make: Callable[[], T], waiting: list[NotYetError]) -> T | None:
    """Return what is made; nothing where a job has yet to make it, which is then waited for."""
    try:
        return make()
    except NotYetError as needed:
        waiting.append(needed)
        return None


def _draw_table(
    table: pl.DataFrame, selection: Selection, names: tuple[str, ...], _: Translator
) -> None:
    run = selection.run
    st.markdown(f"**{parameters_sentence(table, _)}**")
    with st.container(border=True):
        draw_parameters(table, _)
    st.caption(
        _(
            "For {people} people drawn at random, their best item is scored with and without each "
            "of the three; a share is the size of what one adds, averaged over every order "
            "(the Shapley value), as a part of all three. Intervals are from resampling people.",
            people=_.number(of_scores(table)["n"][0], digits=0),
        )
    )
    st.text(exploration_sentence(table, _))
    if not loaders.fitted(run).capabilities.uses_attributes:
        st.caption(_("This model does not look at what is known of the person."))
    if names:
        settle("parameter-group", names)
        by = st.selectbox(
            _("Compare by"),
            names,
            format_func=lambda name: attribute_label(_, name),
            key="parameter-group",
        )
        draw_groups(table, by, _)
    draw_article_27(table, run.rate, _)


show(parameters)
