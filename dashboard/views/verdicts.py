"""Verdicts: which thresholds hold, which fail, and for which evidence is missing."""

from __future__ import annotations

import streamlit as st

from dashboard.access.session import current_person
from dashboard.components.page import heading, show
from dashboard.components.plain import plain
from dashboard.components.presets import preset_choice
from dashboard.components.verdict_rows import draw_counts, draw_verdicts, verdicts_sentence
from dashboard.i18n import Translator
from dashboard.services.audit import audit
from dashboard.state import Selection

__all__ = ["verdicts"]


def verdicts(selection: Selection, _: Translator) -> None:
    """Draw the page."""
    heading(
        selection,
        _("Verdicts"),
        _("Which thresholds hold, which fail, and for which is evidence missing?"),
        _,
    )
    presets = preset_choice(_)
    if not presets:
        st.info(_("Choose at least one set of thresholds."))
        return
    with st.spinner(_("Auditing …")):
        report = audit(current_person(), selection.run, presets=presets)
    content = report.content()
    st.markdown(f"**{plain(verdicts_sentence(content, _))}**")
    draw_counts(content, _)
    draw_verdicts(content, report.results, _)
    st.caption(
        _(
            "A threshold holds or fails only if the whole 95% interval says so; a gap must also "
            "stand out among all comparisons."
        )
    )


show(verdicts)
