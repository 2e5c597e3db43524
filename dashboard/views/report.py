"""Report: read it, take it away, and sign or reject it."""

from __future__ import annotations

import json
from collections.abc import Callable
from importlib.util import find_spec

import polars as pl
import streamlit as st

from audits.report import AuditReport
from audits.results import to_frame
from dashboard import loaders
from dashboard.access.session import current_person
from dashboard.components.page import heading, show
from dashboard.components.plain import plain
from dashboard.components.presets import preset_choice
from dashboard.components.signing import draw_signing
from dashboard.components.tables import grid
from dashboard.exports import to_csv, to_xlsx
from dashboard.i18n import N_, Translator
from dashboard.reports.about import about_report
from dashboard.reports.document import Document, Section, Table, Text
from dashboard.reports.html import to_html
from dashboard.reports.pdf import find_font, to_pdf
from dashboard.reports.sections import MODES, make_document
from dashboard.run_audit import how_to_rerun
from dashboard.services.audit import audit
from dashboard.state import Selection, settle
from engine.errors import OutputError

__all__ = ["report"]

PDF = "application/pdf"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MODE = {
    "plain": N_("Plain"),
    "dsa": N_("Digital Services Act"),
    "ll144": N_("Local Law 144 style"),
    "china": N_("China 2022"),
}


def report(selection: Selection, _: Translator) -> None:
    """Draw the page."""
    heading(
        selection,
        _("Report"),
        _("The same numbers as one file that can be checked, made again, and signed."),
        _,
    )
    presets = preset_choice(_)
    mode = _mode(_)
    with st.spinner(_("Auditing …")):
        found = audit(current_person(), selection.run, presets=presets)
    about = about_report(found, mode=mode, language=_.language)
    run = selection.run
    log, split = loaders.dataset(run.dataset), loaders.split(run.dataset, run.seed)
    again = how_to_rerun(run, log=log, split=split)
    text = found.to_json({**about, "rerun": again})
    document = make_document(json.loads(text), mode, _)
    _downloads(found, text, document, _)
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
        wrap=True,
    )
    return mode


def _downloads(found: AuditReport, text: str, document: Document, _: Translator) -> None:
    """Draw a button for each form; what takes time to make is made when it is asked for."""
    rows = to_frame(found.results)
    files: tuple[tuple[str, str | Callable[[], str | bytes], str, str, str], ...] = (
        (_("Download JSON"), text, "report.json", "application/json", "data_object"),
        (_("Download HTML"), lambda: to_html(document), "report.html", "text/html", "html"),
        (_("Download PDF"), lambda: to_pdf(document), "report.pdf", PDF, "picture_as_pdf"),
        (_("Numbers as CSV"), lambda: to_csv(rows), "report.csv", "text/csv", "csv"),
        (_("Numbers as XLSX"), lambda: to_xlsx(rows), "report.xlsx", XLSX, "table"),
    )
    for column, (label, make, name, kind, icon) in zip(st.columns(5), files, strict=True):
        missing = _missing(kind, _)
        column.download_button(
            label,
            make,
            name,
            kind,
            icon=f":material/{icon}:",
            on_click="ignore",
            disabled=missing is not None,
            help=missing,
            key=name,
            width="stretch",
        )


def _missing(kind: str, _: Translator) -> str | None:
    """Say why a file cannot be made on this machine."""
    if kind == XLSX and find_spec("xlsxwriter") is None:
        return _("Needs the package xlsxwriter: install recscope[xlsx].")
    if kind == PDF and find_spec("fpdf") is None:
        return _("Needs the package fpdf2: install recscope[pdf].")
    if kind == PDF:
        try:
            find_font()
        except OutputError as error:
            return _.error(error)
    return None


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
            grid(pl.DataFrame(cells))


show(report)
