"""Why this item above that one."""

from __future__ import annotations

import numpy as np
import streamlit as st

from dashboard import reason_loaders
from dashboard.components.list_rows import Place
from dashboard.components.reason_parts import player_name
from dashboard.components.reasons import draw_reasons
from dashboard.i18n import Translator
from dashboard.state import settle
from engine.config import RunConfig
from engine.dataset import Dataset
from engine.explanations.explanation import Explanation

__all__ = ["draw_contrast"]


def draw_contrast(
    run: RunConfig, user: str, place: Place, *, train: Dataset, _: Translator
) -> None:
    """Draw the choice of another item, and what tells the two scores apart."""
    others = [row for row in reason_loaders.runners_up(run, user) if row != place.item]
    if not others:
        st.info(_("There is no other item to compare with."))
        return
    titles = train.items["title"]
    settle("contrast", others)
    other = st.selectbox(
        _("Compared with"),
        others,
        format_func=lambda row: str(titles[row]),
        key="contrast",
        help=_("The ten items with the highest scores for this person."),
    )
    found = reason_loaders.above(run, user, place.item, other)
    said = _said(found, titles[place.item], titles[other], train=train, _=_)
    st.text(said)
    draw_reasons(found, train, said=said, name="lead", _=_)


def _said(found: Explanation, upper: str, lower: str, *, train: Dataset, _: Translator) -> str:
    digits = 3 if abs(found.score) < 10 else 1
    lead = _.number(abs(found.score), digits=digits)
    if found.score >= 0:
        words = [
            _("“{upper}” scores {lead} more than “{lower}”.", upper=upper, lower=lower, lead=lead)
        ]
    else:
        words = [
            _(
                "“{upper}” scores {lead} less than “{lower}”: the score is not why it stands "
                "higher, if it does.",
                upper=upper,
                lower=lower,
                lead=lead,
            )
        ]
    parts = found.contributions
    if len(parts) and parts.max() > 0:
        best = player_name(found, int(np.argmax(parts)), train, _)
        words.append(_("Of the history “{title}” speaks most for the first.", title=best))
    if len(parts) and parts.min() < 0:
        worst = player_name(found, int(np.argmin(parts)), train, _)
        words.append(_("“{title}” speaks most for the second.", title=worst))
    words.append(
        _(
            "Without any history they would differ by {base}.",
            base=_.signed(found.base_value, digits=digits),
        )
    )
    return _.paragraph(words)
