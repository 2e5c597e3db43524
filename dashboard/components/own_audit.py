"""The audit of lists that another system made, from the tables somebody brought."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl
import streamlit as st

from audits.catalogue import metric
from audits.report import AuditReport
from audits.results import GAPS, ITEM, Result
from dashboard.access.session import current_person
from dashboard.components.plain import plain
from dashboard.components.presets import preset_choice
from dashboard.components.tables import numbers_table, result_row
from dashboard.components.verdict_rows import (
    GAP_NAMES,
    draw_counts,
    draw_verdicts,
    verdicts_sentence,
)
from dashboard.i18n import Translator
from dashboard.labels import attribute_label, value_label
from dashboard.reports.warnings import warning_text
from dashboard.services.audit import audit_own_lists
from engine.config import RunConfig

__all__ = ["draw_own_audit"]


def draw_own_audit(tables: Mapping[str, pl.DataFrame], run: RunConfig, _: Translator) -> None:
    """Draw the choice of thresholds, the verdicts with their evidence, and every measure."""
    presets = preset_choice(_)
    with st.spinner(_("Auditing …")):
        report = audit_own_lists(current_person(), tables, presets=presets, seed=run.seed)
    content = report.content()
    st.markdown(f"**{plain(verdicts_sentence(content, _))}**")
    draw_counts(content, _)
    draw_verdicts(content, report.results, _)
    numbers_table(_rows(report, _), _, name="measures", title=_("All measures as a table"))
    for warning in report.warnings:
        st.caption(plain(warning_text(warning, _)))
    st.download_button(
        _("Download JSON"),
        report.to_json(),
        "report.json",
        "application/json",
        icon=":material/data_object:",
        on_click="ignore",
    )


def _rows(report: AuditReport, _: Translator) -> list[dict[str, str | int]]:
    """Return everyone's numbers, then those of the groups of people."""
    rows = [row for row in report.results if row.by is None]
    rows += [row for row in report.results if row.by is not None and ITEM not in row.by]
    return [
        result_row(
            _,
            row,
            **{_("Measure"): _(metric(row.metric).label), _("Who"): _group_name(row, _)},
        )
        for row in rows
    ]


def _group_name(row: Result, _: Translator) -> str:
    if row.by is None:
        return _("everyone")
    group = _(GAP_NAMES[row.group]) if row.group in GAPS else value_label(_, row.group)
    return _("{label}: {text}", label=attribute_label(_, row.by), text=group)
