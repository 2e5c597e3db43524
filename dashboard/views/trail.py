"""Trail: which reports were made, signed and rejected here, and whether the record is whole."""

from __future__ import annotations

import polars as pl
import streamlit as st

from dashboard.components.page import heading, show
from dashboard.components.signing import DONE
from dashboard.components.tables import grid
from dashboard.components.trail_reading import read_trail
from dashboard.i18n import Translator
from dashboard.state import Selection
from dashboard.trail_keys import trail_path

__all__ = ["trail"]

MOST_SHOWN = 200


def trail(selection: Selection, _: Translator) -> None:
    """Draw the page."""
    heading(
        selection,
        _("Trail"),
        _("Which reports were made, signed or rejected here, and is the record whole?"),
        _,
        turns=False,
    )
    if not trail_path().exists():
        st.info(
            _("Nothing has been recorded yet: sign or reject a report on the page “Report”."),
            icon=":material/history:",
        )
        return
    entries = read_trail(_)
    if entries is None:
        return
    st.markdown(
        "**"
        + _.ngettext(
            "{n} entry, and each hash holds.",
            "{n} entries, and each hash holds.",
            len(entries),
        )
        + "**"
    )
    rows = [
        {
            _("When (UTC)"): _.moment(entry.at),
            _("Decision"): _(DONE[entry.action]),
            _("Who (pseudonym)"): entry.actor,
            _("Note"): entry.note,
            _("Report (content hash)"): entry.report_hash,
        }
        for entry in reversed(entries[-MOST_SHOWN:])
    ]
    if rows:
        grid(pl.DataFrame(rows))
    st.caption(
        _(
            "Tamper-evident: whoever changes an entry breaks the hashes. Cutting the end off is "
            "seen only against a checkpoint kept elsewhere; see recscope trail."
        )
    )


show(trail)
