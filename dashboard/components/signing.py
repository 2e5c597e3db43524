"""Signing or rejecting a report, with a note, in the trail of this deployment."""

from __future__ import annotations

import polars as pl
import streamlit as st

from audits.report import AuditReport
from dashboard.access.person import LOCAL
from dashboard.access.role import Action
from dashboard.access.session import current_person
from dashboard.components.allowed import why_not
from dashboard.components.plain import plain
from dashboard.components.tables import grid
from dashboard.components.trail_reading import read_trail
from dashboard.i18n import N_, Translator
from dashboard.services.decide import decide_on_report
from dashboard.trail_keys import trail_path
from engine.errors import OptionError, OutputError

__all__ = ["DONE", "draw_signing"]

DONE = {"made": N_("made"), "signed": N_("signed"), "rejected": N_("rejected")}


def draw_signing(report: AuditReport, _: Translator) -> None:
    """Draw the form, and what stands in the trail about this report."""
    person = current_person()
    refusal = why_not(person, Action.DECIDE, _)
    with st.form("signing", border=True):
        name = ""
        if person == LOCAL:
            name = st.text_input(_("Your name (kept as a pseudonym)"), key="signer")
        note = st.text_input(_("Note"), key="note", disabled=refusal is not None)
        left, right = st.columns(2)
        signed = left.form_submit_button(
            _("Sign this report"), icon=":material/draw:", disabled=refusal is not None
        )
        rejected = right.form_submit_button(
            _("Reject this report"), icon=":material/block:", disabled=refusal is not None
        )
        if refusal is not None:
            st.caption(plain(refusal))
    if signed or rejected:
        try:
            decide_on_report(
                person, report, "signed" if signed else "rejected", note=note, name=name
            )
        except (OptionError, OutputError) as error:
            st.warning(plain(_.error(error)))
    _draw_entries(report, _)


def _draw_entries(report: AuditReport, _: Translator) -> None:
    if not trail_path().exists():
        st.caption(_("Nobody has signed anything yet."))
        return
    entries = read_trail(_)
    if entries is None:
        return
    rows = [entry for entry in entries if entry.report_hash == report.hash]
    if not rows:
        st.caption(_("Nobody has signed or rejected this report yet."))
        return
    grid(
        pl.DataFrame(
            [
                {
                    _("When (UTC)"): _.moment(entry.at),
                    _("Decision"): _(DONE[entry.action]),
                    _("Who (pseudonym)"): entry.actor,
                    _("Note"): entry.note,
                }
                for entry in rows
            ]
        )
    )
