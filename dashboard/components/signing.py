"""Signing or rejecting a report, with a note, in the trail of this deployment."""

from __future__ import annotations

import os
from pathlib import Path

import polars as pl
import streamlit as st
from platformdirs import user_data_path

from audits.ledger import Action, Ledger, check_ledger, pseudonym
from audits.report import AuditReport
from dashboard.components.plain import plain
from dashboard.components.tables import grid
from dashboard.i18n import N_, Translator
from dashboard.trail_keys import load_key, pseudonym_key

__all__ = ["draw_signing", "trail_path"]

DONE = {"made": N_("made"), "signed": N_("signed"), "rejected": N_("rejected")}


def trail_path() -> Path:
    """Return where the trail lies: RECSCOPE_TRAIL, or among the user's data."""
    named = os.environ.get("RECSCOPE_TRAIL")
    return Path(named) if named else user_data_path("recscope") / "trail.db"


def draw_signing(report: AuditReport, _: Translator) -> None:
    """Draw the form, and what stands in the trail about this report."""
    with st.form("signing", border=True):
        name = st.text_input(_("Your name (kept as a pseudonym)"), key="signer")
        note = st.text_input(_("Note"), key="note")
        left, right = st.columns(2)
        signed = left.form_submit_button(_("Sign this report"), icon=":material/draw:")
        rejected = right.form_submit_button(_("Reject this report"), icon=":material/block:")
    if signed or rejected:
        if name.strip():
            _append("signed" if signed else "rejected", report, name.strip(), note)
        else:
            st.warning(_("Say who you are first."))
    _draw_entries(report, _)


def _append(action: Action, report: AuditReport, name: str, note: str) -> None:
    key = load_key(os.environ.get("RECSCOPE_KEY"))
    path = trail_path()
    path.parent.mkdir(parents=True, exist_ok=True)
    actor = pseudonym(name, key=pseudonym_key(key))
    Ledger(path).append(action, report.hash, actor=actor, note=note, inputs=report.fingerprints)


def _draw_entries(report: AuditReport, _: Translator) -> None:
    if not trail_path().exists():
        st.caption(_("Nobody has signed anything yet."))
        return
    ledger = Ledger(trail_path())
    faults = check_ledger(ledger)
    if faults:
        st.error(_("The trail was tampered with: {where}.", where=plain(faults[0].where)))
        return
    rows = [entry for entry in ledger.entries() if entry.report_hash == report.hash]
    if not rows:
        st.caption(_("Nobody has signed or rejected this report yet."))
        return
    grid(
        pl.DataFrame(
            [
                {
                    _("When (UTC)"): entry.at[:19],
                    _("Decision"): _(DONE[entry.action]),
                    _("Who (pseudonym)"): entry.actor,
                    _("Note"): entry.note,
                }
                for entry in rows
            ]
        )
    )
