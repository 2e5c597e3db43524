"""Verdicts at a glance, worst first, each one click from its evidence."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import polars as pl
import streamlit as st

from audits.catalogue import metric
from audits.results import GAPS, ITEM, Result
from audits.thresholds import EVERY
from dashboard.components.figures import find
from dashboard.components.metric_rows import metric_help
from dashboard.components.picture import picture
from dashboard.components.plain import plain
from dashboard.components.tables import grid, result_row
from dashboard.i18n import N_, Translator
from dashboard.labels import item_attribute_label, value_label
from dashboard.reports.verdicts import (
    bounds_text,
    counted,
    measured_text,
    number_text,
    outcome_text,
    question_text,
    reason_text,
    worst_first,
)

__all__ = ["GAP_NAMES", "draw_counts", "draw_verdicts", "verdicts_sentence"]

BADGES = {
    "fail": ":orange-badge[:material/cancel: {outcome}]",
    "insufficient evidence": ":gray-badge[:material/help: {outcome}]",
    "pass": ":blue-badge[:material/check_circle: {outcome}]",
}
"""Orange for worse and blue for better, as on every page; the word and the sign say it as well."""

NO_BOUND = {"at_least": None, "at_most": None}
COUNTS = {
    "fail": N_("Fail"),
    "insufficient evidence": N_("Not enough evidence"),
    "pass": N_("Hold"),
}


def draw_counts(report: Mapping[str, Any], _: Translator) -> None:
    """Draw how many thresholds fail, lack evidence and hold, side by side on a phone too."""
    outcomes = [verdict["verdict"] for verdict in report["verdicts"]]
    with st.container(horizontal=True, gap="small"):
        for outcome, title in COUNTS.items():
            st.metric(_(title), outcomes.count(outcome), border=True, width="content")


def verdicts_sentence(report: Mapping[str, Any], _: Translator) -> str:
    """Say how many thresholds fail, lack evidence and hold, and which to look at first."""
    sentences = [counted(report, _)]
    worst = worst_first(report)[:1]
    if worst and worst[0]["verdict"] != "pass":
        sentences.append(_("Look first at: {text}.", text=_measured_against(worst[0], _)))
    return _.paragraph(sentences)


def draw_verdicts(report: Mapping[str, Any], results: tuple[Result, ...], _: Translator) -> None:
    """Draw every verdict as a fold; its evidence is drawn once somebody opens it."""
    for verdict in worst_first(report):
        badge = BADGES[verdict["verdict"]].format(outcome=outcome_text(verdict, _))
        head = f"{badge} {plain(_measured_against(verdict, _))}"
        with st.expander(head, key=_key(verdict["threshold"]), on_change="rerun") as fold:
            if fold.open:
                _draw_evidence(verdict, results, _)


def _key(threshold: Mapping[str, Any]) -> str:
    parts = ("metric", "by", "group", "at_least", "at_most")
    return "-".join(("verdict", *(str(threshold[part]) for part in parts)))


def _draw_evidence(verdict: Mapping[str, Any], results: tuple[Result, ...], _: Translator) -> None:
    """Draw why a verdict is what it is: in words, as a picture, and the rows it rests on."""
    threshold = verdict["threshold"]
    st.markdown(plain(_("Why: {reason}.", reason=reason_text(verdict, _))))
    _draw_limit(verdict, _)
    limit = _("The threshold stands because: {reason}", reason=_(threshold["reason"]))
    st.caption(plain(limit))
    _evidence(threshold, results, _)
    st.caption(metric_help(metric(threshold["metric"]), _))


def _draw_limit(verdict: Mapping[str, Any], _: Translator) -> None:
    """Draw the number a verdict rests on against its bounds."""
    threshold = verdict["threshold"]
    if verdict["value"] is None:
        return
    # Altair with it, which the first page does not need: its folds are closed.
    from dashboard.charts.limit import limit as limit_chart

    ends = [verdict["value"] if verdict[end] is None else verdict[end] for end in ("low", "high")]
    text = measured_text(verdict, _)
    measured = {
        "value": verdict["value"],
        "low": ends[0],
        "high": ends[1],
        "value_text": number_text(verdict, _),
        "text": text,
    }
    bounds = [
        {"value": threshold[end], "label": bounds_text({**NO_BOUND, end: threshold[end]}, _)}
        for end in NO_BOUND
        if threshold[end] is not None
    ]
    picture(
        limit_chart,
        pl.DataFrame([measured]),
        pl.DataFrame(bounds),
        alt=_measured_against(verdict, _),
    )


def _measured_against(verdict: Mapping[str, Any], _: Translator) -> str:
    """Say what was measured, and the bounds it is held against."""
    threshold = verdict["threshold"]
    fields = {
        "what": question_text(threshold, _),
        "value": measured_text(verdict, _),
        "bounds": bounds_text(threshold, _),
    }
    if threshold["group"] == EVERY:
        return _("{what}: the furthest is {value}; asked: {bounds}", **fields)
    return _("{what} is {value}; asked: {bounds}", **fields)


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
