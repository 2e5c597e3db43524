"""The outcome of a report: how many thresholds hold, and each of them, worst first."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from audits.catalogue import metric
from audits.results import DIFFERENCE, ITEM, MAD, RATIO, Result
from audits.thresholds import EVERY
from dashboard.components.figures import NO_INTERVAL, decimals, with_ends
from dashboard.i18n import N_, Translator
from dashboard.labels import (
    attribute_words,
    item_attribute_label,
    item_attribute_words,
    value_label,
)
from dashboard.reports.document import Block, Table, Text

__all__ = [
    "OUTCOMES",
    "bounds_text",
    "counted",
    "measured_text",
    "number_text",
    "outcome_text",
    "question_text",
    "reason_text",
    "summary",
    "threshold_text",
    "verdict_table",
    "worst_first",
]

Report = Mapping[str, Any]
Verdict = Mapping[str, Any]
OUTCOMES = {
    "fail": N_("fails"),
    "insufficient evidence": N_("not enough evidence"),
    "pass": N_("holds"),
}
REASONS = {
    reason: reason
    for reason in (
        N_("the whole interval is inside the bound"),
        N_("the whole interval is outside the bound"),
        N_("the interval crosses the bound"),
        N_("among so many comparisons chance could do it"),
        N_("all shown groups pass, but groups are withheld as too small"),
        N_("there is no such row: unknown attribute or group, or withheld as too small"),
    )
}
PRESET_REASONS = (
    N_("a few items must not take all; set your own"),
    N_("an agreed distance from the history; set your own"),
    N_("an agreed floor; set your own"),
    N_("an agreed tolerance between groups; set your own"),
    N_("at most half more popular than the histories; set your own"),
    N_("four-fifths reference line (29 CFR 1607.4(D)); the law sets no bound"),
    N_("four-fifths reference line, a convention and not a law here"),
    N_("no group's lists much narrower; set your own"),
    N_("nor for any group; set your own"),
    N_("nor further for one group; set your own"),
    N_("within four fifths of equal; set your own"),
    N_("within four fifths of proportional; set your own"),
)
"""Why the ready thresholds stand, named here so that it is translated."""

AGGREGATES = {
    DIFFERENCE: N_("gap"),
    RATIO: N_("ratio of the gap"),
    MAD: N_("mean gap over pairs"),
    EVERY: N_("every group"),
}


def worst_first(report: Report) -> list[Verdict]:
    """Return the verdicts: what fails, what lacks evidence, what holds."""
    order = list(OUTCOMES)
    return sorted(report["verdicts"], key=lambda verdict: order.index(verdict["verdict"]))


def counted(report: Report, _: Translator) -> str:
    """Say how many thresholds fail, lack evidence and hold."""
    outcomes = [verdict["verdict"] for verdict in report["verdicts"]]
    return _(
        "Of {n} thresholds {failed} fail, {unsure} lack evidence and {held} hold.",
        n=len(outcomes),
        failed=outcomes.count("fail"),
        unsure=outcomes.count("insufficient evidence"),
        held=outcomes.count("pass"),
    )


def summary(report: Report, results: tuple[Result, ...], _: Translator) -> tuple[Block, ...]:
    """Say in a few sentences what a hurried reader must know."""
    people = next((row.n for row in results if row.by is None), 0)
    sentences = [_("{n} people were audited.", n=_.number(people, digits=0))]
    if report["verdicts"]:
        sentences.append(counted(report, _))
    else:
        sentences.append(_("No thresholds were given, so nothing is judged."))
    return (
        Text(_.paragraph(sentences)),
        Text(
            _(
                "A threshold holds or fails only if the whole 95% interval says so; a gap must "
                "also stand out among all comparisons."
            )
        ),
    )


def verdict_table(report: Report, results: tuple[Result, ...], _: Translator) -> tuple[Block, ...]:
    """List every threshold with its outcome, what was measured and why."""
    if not report["verdicts"]:
        return ()
    rows = tuple(
        (
            outcome_text(verdict, _),
            threshold_text(verdict["threshold"], _),
            measured_text(verdict, _),
            reason_text(verdict, _),
            _(verdict["threshold"]["reason"]),
        )
        for verdict in worst_first(report)
    )
    columns = (
        _("Outcome"),
        _("Threshold"),
        _("Measured"),
        _("Why this outcome"),
        _("Why this threshold"),
    )
    return (Table(columns, rows),)


def outcome_text(verdict: Verdict, _: Translator) -> str:
    """Say whether the threshold holds."""
    outcome = verdict["verdict"]
    return _(OUTCOMES[outcome])


def reason_text(verdict: Verdict, _: Translator) -> str:
    """Say why the outcome is what it is, and for which group where it is the worst of many."""
    reason = verdict["reason"]
    if verdict["threshold"]["group"] == EVERY and reason not in REASONS:
        group, _sign, rest = reason.partition(": ")
        label = item_attribute_label(_, value_label(_, group))
        return _("{label}: {text}", label=label, text=_told(rest, _))
    return _told(reason, _)


def _told(reason: str, _: Translator) -> str:
    known = {**REASONS, **NO_INTERVAL}
    return _(known[reason]) if reason in known else reason


def threshold_text(threshold: Mapping[str, Any], _: Translator) -> str:
    """Say what is asked: measure, groups, bounds."""
    return _.clauses([question_text(threshold, _), bounds_text(threshold, _)])


def bounds_text(threshold: Mapping[str, Any], _: Translator) -> str:
    """Say between which bounds a measure has to lie."""
    digits = 3
    bounds = []
    if threshold["at_least"] is not None:
        bounds.append(_("at least {bound}", bound=_.number(threshold["at_least"], digits=digits)))
    if threshold["at_most"] is not None:
        bounds.append(_("at most {bound}", bound=_.number(threshold["at_most"], digits=digits)))
    return _.clauses(bounds)


def question_text(threshold: Mapping[str, Any], _: Translator) -> str:
    """Say of which measure, and of which groups, something is asked."""
    parts = [_(metric(threshold["metric"]).label)]
    if threshold["by"]:
        parts.append(_place(threshold["by"], threshold["group"], _))
    return _.clauses(parts)


def _place(by: str, group: str, _: Translator) -> str:
    of_items = by.startswith(ITEM)
    grouping = (
        item_attribute_words(_, by.removeprefix(ITEM)) if of_items else attribute_words(_, by)
    )
    if group in AGGREGATES:
        return _("{what} by {groups}", what=_(AGGREGATES[group]), groups=grouping)
    name = item_attribute_label(_, group) if of_items else value_label(_, group)
    return _("{what} by {groups}", what=name, groups=grouping)


def number_text(verdict: Verdict, _: Translator) -> str:
    """Write the number a verdict rests on."""
    return "–" if verdict["value"] is None else _.number(verdict["value"], digits=_digits(verdict))


def _digits(verdict: Verdict) -> int:
    ratio = verdict["threshold"]["group"] == RATIO
    return 3 if ratio else decimals(verdict["threshold"]["metric"])


def measured_text(verdict: Verdict, _: Translator) -> str:
    """Write the number a verdict rests on, with its interval."""
    value, digits = number_text(verdict, _), _digits(verdict)
    if verdict["low"] is None:
        return value
    low, high = (_.number(verdict[end], digits=digits) for end in ("low", "high"))
    return with_ends(_, value, _("{low} to {high}", low=low, high=high))
