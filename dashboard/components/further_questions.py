"""Further questions about one place and its list: above what, what would change it, what if."""

from __future__ import annotations

import streamlit as st

from dashboard.components.contrast import draw_contrast
from dashboard.components.counterfactual_card import draw_counterfactual
from dashboard.components.list_rows import Place
from dashboard.components.plain import plain
from dashboard.components.slate_reasons import draw_slate_reasons
from dashboard.components.what_if_editor import draw_what_if
from dashboard.i18n import Translator
from dashboard.state import settle
from engine.config import RunConfig
from engine.dataset import Dataset

__all__ = ["further_questions"]

QUESTIONS = {
    "contrast": draw_contrast,
    "counterfactual": draw_counterfactual,
    "what-if": draw_what_if,
    "slate": draw_slate_reasons,
}


def further_questions(
    run: RunConfig, user: str, place: Place, *, train: Dataset, _: Translator
) -> None:
    """Draw the choice of a question and its answer; only what is asked for is computed."""
    words = {
        "contrast": _("Why this one and not another?"),
        "counterfactual": _("What would change it?"),
        "what-if": _("What if the history were otherwise?"),
        "slate": _("Why this whole list?"),
    }
    st.header(_("Further questions"), anchor=False)
    settle("question", list(QUESTIONS))
    asked = st.segmented_control(
        _("Question about “{title}”", title=plain(place.title)),
        list(QUESTIONS),
        format_func=words.__getitem__,
        key="question",
        label_visibility="collapsed",
        wrap=True,
    )
    if asked is not None:
        QUESTIONS[asked](run, user, place, train=train, _=_)
