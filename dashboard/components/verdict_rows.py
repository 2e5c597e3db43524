"""Verdicts at a glance, worst first, each one click from its evidence."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import polars as pl
import streamlit as st

from audits.catalogue import metric
from audits.results import GAPS, Result
from audits.total_rows import ITEM
from dashboard.components.figures import find
from dashboard.components.metric_rows import metric_help
from dashboard.components.plain import plain
from dashboard.components.tables import grid, result_row
from dashboard.i18n import N_, Translator
from dashboard.labels import item_attribute_label, value_label
from dashboard.reports.verdicts import (
    measured_text,
    outcome_text,
    reason_text,
    threshold_text,
    worst_first,
)

__all__ = ["GAP_NAMES", "draw_counts", "draw_verdicts"]

ICONS = {
    "fail": ":material/cancel:",
    "insufficient evidence": ":material/help:",
    "pass": ":material/check_circle:",
}
COUNTS = {
    "fail": N_("Fail"),
    "insufficient evidence": N_("Not enough evidence"),
    "pass": N_("Hold"),
}


def draw_counts(report: Mapping[str, Any], _: Translator) -> None:
    """Draw how many thresholds fail, lack evidence and hold."""
    outcomes = [verdict["verdict"] for verdict in report["verdicts"]]
    for column, (outcome, title) in zip(st.columns(3), COUNTS.items(), strict=True):
        column.metric(_(title), outcomes.count(outcome), border=True)


def draw_verdicts(report: Mapping[str, Any], results: tuple[Result, ...], _: Translator) -> None:
    """Draw every verdict as a fold with its evidence."""
    for verdict in worst_first(report):
        head = _(
            "{outcome}: {threshold} → {value}",
            outcome=outcome_text(verdict, _),
            threshold=threshold_text(verdict["threshold"], _),
            value=measured_text(verdict, _),
        )
        with st.expander(plain(head), icon=ICONS[verdict["verdict"]]):
            st.markdown(plain(_("Why: {reason}.", reason=reason_text(verdict, _))))
            limit = _(
                "The threshold stands because: {reason}", reason=verdict["threshold"]["reason"]
            )
            st.caption(plain(limit))
            _evidence(verdict["threshold"], results, _)
            st.caption(metric_help(metric(verdict["threshold"]["metric"]), _))


def _evidence(threshold: Mapping[str, Any], results: tuple[Result, ...], _: Translator) -> None:
    """Draw the rows a verdict rests on: everyone, or the groups and their gap."""
    name, by = threshold["metric"], threshold["by"]
    rows = [row for row in results if (row.metric, row.by) == (name, by)]
    if not rows:
        st.caption(_("There is no such row: nothing was measured, or it is withheld."))
        return
    title = _("Group") if by else _("People")
    table = [result_row(_, row, **{title: _group(row, _)}) for row in rows]
    if by and find(results, name) is not None:
        table.append(result_row(_, find(results, name), **{title: _("everyone")}))
    grid(pl.DataFrame(table))


def _group(row: Result, _: Translator) -> str:
    if row.by is None:
        return _("everyone")
    if row.group in GAPS:
        return _(GAP_NAMES[row.group])
    if row.by.startswith(ITEM):
        return item_attribute_label(_, row.group or "")
    return value_label(_, row.group)


GAP_NAMES = {
    "difference": N_("gap (largest minus smallest)"),
    "ratio": N_("ratio of the gap"),
    "mad": N_("mean gap over pairs"),
}
