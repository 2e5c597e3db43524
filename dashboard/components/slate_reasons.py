"""Why this whole list, and which of its places the model did not choose."""

from __future__ import annotations

import numpy as np
import streamlit as st

from dashboard import reason_loaders
from dashboard.components.list_rows import Place
from dashboard.components.reason_parts import player_name
from dashboard.components.reasons import draw_reasons
from dashboard.i18n import Translator
from engine.config import RunConfig
from engine.dataset import Dataset
from engine.errors import RecscopeError
from engine.explanations.contrastive import SlateReasons

__all__ = ["draw_slate_reasons"]


def draw_slate_reasons(
    run: RunConfig, user: str, place: Place, *, train: Dataset, _: Translator
) -> None:
    """Draw what the history gives the list beside the best items it leaves out."""
    try:
        found = reason_loaders.slate_reasons(run, user)
    except RecscopeError as error:
        st.error(_.error(error), icon=":material/error:")
        return
    causes = [
        reason_loaders.placement(run, user, number).cause for number in range(len(found.items))
    ]
    others = len(causes) - causes.count("score")
    if others:
        st.info(
            _.ngettext(
                "{n} of {all} places was filled by exploration or a rule of the policy, not by the "
                "score: the bars explain the scores of the list, not those places.",
                "{n} of {all} places were filled by exploration or a rule of the policy, not by "
                "the score: the bars explain the scores of the list, not those places.",
                others,
                all=len(causes),
            ),
            icon=":material/casino:",
        )
    said = _said(found, train, _)
    st.text(said)
    draw_reasons(found.as_margin, train, said=said, name="list", _=_)


def _said(found: SlateReasons, train: Dataset, _: Translator) -> str:
    digits = 3 if abs(found.score) < 10 else 1
    count, lead = len(found.competitors), _.number(abs(found.score), digits=digits)
    if found.score >= 0:
        lead_words = _.ngettext(
            "The list scores {lead} above the best item it leaves out; higher places count more.",
            "The list scores {lead} above the {n} best items it leaves out, on average; higher "
            "places count more.",
            count,
            lead=lead,
        )
    else:
        lead_words = _.ngettext(
            "The list scores {lead} below the best item it leaves out; higher places count more.",
            "The list scores {lead} below the {n} best items it leaves out, on average; higher "
            "places count more.",
            count,
            lead=lead,
        )
    words = [lead_words]
    parts = found.contributions
    if len(parts) and parts.max() > 0:
        best = player_name(found.as_margin, int(np.argmax(parts)), train, _)
        words.append(_("Of the history “{title}” speaks most for the list.", title=best))
    if len(parts) and parts.min() < 0:
        worst = player_name(found.as_margin, int(np.argmin(parts)), train, _)
        words.append(_("“{title}” speaks most against it.", title=worst))
    return _.paragraph(words)
