"""What a rule book asks for, and where in the report it stands, or that it does not.

None of this is legal advice; articles are named so that a reader finds the place.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from audits.catalogue import metric
from audits.results import Result
from dashboard.components.figures import range_text, value_text
from dashboard.i18n import N_, Translator
from dashboard.reports.document import Block, Table, Text

__all__ = ["STATEMENTS", "TESTS", "china", "dsa", "statements", "tested"]

Report = Mapping[str, Any]
# What only people can say; a report names what nobody has stated.
STATEMENTS = {
    "auditor": N_("Who audited, and how they are related to the operator"),
    "audit_date": N_("Date of the audit"),
    "data_kind": N_("Historical or test data, and why"),
    "data_source": N_("Where the data come from"),
    "distribution_date": N_("Since when the system is in use"),
    "purpose": N_("What the system is for"),
    "main_parameters": N_("Main parameters, in plain words"),
    "options": N_("Options people have, and where they find them"),
    "mitigation": N_("What is done about what was found"),
}
TESTS = {
    "no_profiling": N_("Two people who differ in their attributes alone get the same list"),
    "empty_history": N_("With the option without profiling everybody gets the same list"),
    "tag_deletion": N_("Deleting a category from a history changes the list"),
}
_NOT_TESTED = N_("not tested")


def dsa(report: Report, results: tuple[Result, ...], _: Translator) -> tuple[Block, ...]:
    """Map articles 27, 34, 35 and 38 to numbers and statements."""
    config = report["config"]
    parameters = [
        f"{name}: {config[name]}" for name in ("model", "policy", "rate") if name in config
    ]
    rows = (
        ("27", _("Main parameters"), _stated(report, "main_parameters", _, extra=parameters)),
        ("27(3)", _("Options"), _stated(report, "options", _)),
        (
            "34",
            _("Rights: gaps between groups"),
            _numbers(results, ("ndcg", "recall"), _, gaps=True),
        ),
        (
            "34",
            _("Pluralism"),
            _numbers(results, ("coverage", "gini", "intra_list_diversity", "miscalibration"), _),
        ),
        ("35(1)(d)", _("Mitigation"), _stated(report, "mitigation", _)),
        ("38", _("An option without profiling"), _test_text(report, "empty_history", _)),
    )
    return (
        Text(_("Where to find what the articles ask for; this is no legal advice.")),
        Table((_("Article"), _("Asked for"), _("Found")), rows),
    )


def china(report: Report, results: tuple[Result, ...], _: Translator) -> tuple[Block, ...]:
    """Map articles 8, 12, 16 and 17 to numbers and statements."""
    spread = ("intra_list_diversity", "category_entropy", "coverage")
    rows = (
        ("8", _("Regular review"), _stated(report, "audit_date", _)),
        ("12", _("Spread of content"), _numbers(results, spread, _)),
        ("12", _("Not more of the same"), _numbers(results, ("miscalibration",), _)),
        ("16", _("Purpose and main mechanism"), _stated(report, "purpose", _)),
        ("17", _("An option without personal traits"), _test_text(report, "empty_history", _)),
        ("17", _("Deleting a tag"), _test_text(report, "tag_deletion", _)),
        ("18-21", _("Gaps between groups"), _numbers(results, ("ndcg",), _, gaps=True)),
    )
    return (
        Text(_("Where to find what the articles ask for; this is no legal advice.")),
        Table((_("Article"), _("Asked for"), _("Found")), rows),
    )


def statements(report: Report, _: Translator) -> tuple[Block, ...]:
    """List what only people can say, and what nobody has said."""
    rows = tuple((_(STATEMENTS[key]), _stated(report, key, _)) for key in STATEMENTS)
    return (Table((_("Statement"), _("Text")), rows),)


def tested(report: Report, results: tuple[Result, ...], _: Translator) -> tuple[Block, ...]:
    """List the tests of options, with their outcome or that they were not made."""
    rows = tuple((_(words), _test_text(report, key, _)) for key, words in TESTS.items())
    return (Table((_("Test"), _("Outcome")), rows),)


def _stated(report: Report, key: str, _: Translator, *, extra: list[str] | None = None) -> str:
    text = report.get("statements", {}).get(key) or _("not stated")
    return "; ".join([text, *(extra or [])])


def _test_text(report: Report, key: str, _: Translator) -> str:
    found = next((check for check in report.get("checks", []) if check["test"] == key), None)
    if found is None:
        return _(_NOT_TESTED)
    return _(
        "{held} of {n} people: {share}",
        held=_.number(found["held"], digits=0),
        n=_.number(found["n"], digits=0),
        share=_.percent(found["held"] / found["n"]),
    )


def _numbers(
    results: tuple[Result, ...], names: tuple[str, ...], _: Translator, *, gaps: bool = False
) -> str:
    found = [
        row
        for row in results
        if row.metric in names and (row.group == "difference" if gaps else row.by is None)
    ]
    return _.clauses([_named(row, _) for row in found]) or "–"


def _named(row: Result, _: Translator) -> str:
    name = _(metric(row.metric).label) + (f" ({row.by})" if row.by else "")
    return f"{name} {value_text(_, row)} ({range_text(_, row)})"
