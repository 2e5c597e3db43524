"""Report: read it, take it away, and sign or reject it."""

from __future__ import annotations

import json

import polars as pl
import streamlit as st

from dashboard import loaders
from dashboard.components.page import heading, show
from dashboard.components.plain import plain
from dashboard.components.presets import preset_choice
from dashboard.components.rate import rate_slider
from dashboard.components.signing import draw_signing
from dashboard.i18n import N_, Translator
from dashboard.reports.about import about_report
from dashboard.reports.document import Document, Section, Table, Text
from dashboard.reports.html import to_html
from dashboard.reports.sections import MODES, make_document
from dashboard.state import Selection, settle

__all__ = ["report"]

MODE = {
    "plain": N_("Plain"),
    "dsa": N_("Digital Services Act"),
    "ll144": N_("Local Law 144 style"),
    "china": N_("China 2022"),
}


def report(selection: Selection, _: Translator) -> None:
    """Draw the page."""
    heading(
        _("Report"),
        _("The same numbers as one file that can be checked, made again, and signed."),
    )
    rate_slider(selection.run, _)
    presets = preset_choice(_)
    mode = _mode(_)
    with st.spinner(_("Auditing …")):
        found = loaders.report(selection.run, presets)
    text = found.to_json(about_report(found, mode=mode, language=_.language))
    document = make_document(json.loads(text), mode, _)
    _downloads(text, document, _)
    st.caption(_("Content hash: {hash}", hash=found.hash))
    _preview(document)
    st.header(_("Sign or reject"), anchor=False)
    draw_signing(found, _)


def _mode(_: Translator) -> str:
    mode = settle("report_mode", list(MODES))
    st.segmented_control(
        _("Sections for"),
        list(MODES),
        format_func=lambda name: _(MODE[name]),
        key="report_mode",
        required=True,
    )
    return mode


def _downloads(text: str, document: Document, _: Translator) -> None:
    left, right = st.columns(2)
    left.download_button(
        _("Download JSON"), text, "report.json", "application/json", icon=":material/data_object:"
    )
    right.download_button(
        _("Download HTML"),
        to_html(document),
        "report.html",
        "text/html",
        icon=":material/html:",
    )


def _preview(document: Document) -> None:
    for section in document.sections:
        with st.expander(plain(section.title), expanded=section.id == "summary"):
            _draw(section)


def _draw(section: Section) -> None:
    for block in section.blocks:
        if isinstance(block, Text):
            st.markdown(plain(block.words))
        elif isinstance(block, Table):
            cells = {name: [row[i] for row in block.rows] for i, name in enumerate(block.columns)}
            st.dataframe(pl.DataFrame(cells), hide_index=True)


show(report)
