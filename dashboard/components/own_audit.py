"""The audit of lists that another system made, from the tables somebody brought."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl
import streamlit as st

from audits.catalogue import metric
from audits.item_groups import item_attributes
from audits.report import AuditReport, audit
from audits.results import GAPS, Result
from audits.settings import Settings
from audits.threshold_files import read_preset
from audits.total_rows import ITEM
from dashboard.components.attributes import attributes_of
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
from engine.config import RunConfig
from engine.dataset import make_dataset
from engine.tables import fingerprint

__all__ = ["draw_own_audit"]

MOST_PLACES = 10


def draw_own_audit(tables: Mapping[str, pl.DataFrame], run: RunConfig, _: Translator) -> None:
    """Draw the choice of limits, the verdicts with their evidence, and every measure."""
    presets = preset_choice(_)
    with st.spinner(_("Auditing …")):
        report = _audited(fingerprint(tables.values()), tables, presets, seed=run.seed)
    content = report.content()
    st.markdown(f"**{plain(verdicts_sentence(content, _))}**")
    draw_counts(content, _)
    draw_verdicts(content, report.results, _)
    numbers_table(_rows(report, _), _("All measures as a table"))
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


@st.cache_resource(max_entries=8, show_spinner=False, scope="session")
def _audited(
    key: str, _tables: Mapping[str, pl.DataFrame], presets: tuple[str, ...], *, seed: int
) -> AuditReport:
    """Audit the tables whose content ``key`` stands for; no other session shares the result."""
    log = make_dataset(
        "brought", _tables["interactions"], users=_tables.get("users"), items=_tables.get("items")
    )
    lists = _tables["recommendations"]
    by = tuple(attributes_of(log))
    return audit(
        interactions=log.interactions,
        held_out=_tables["held_out"],
        recommendations=lists,
        users=log.users,
        items=log.items,
        k=min(MOST_PLACES, int(lists["rank"].to_numpy().max())),
        by=by,
        by_items=item_attributes(log.items),
        together=by,
        settings=Settings(seed=seed),
        thresholds=[limit for name in presets for limit in read_preset(name)],
        config={"recommendations": key[:16], "seed": seed},
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
    return f"{attribute_label(_, row.by)}: {group}"
