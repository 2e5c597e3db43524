"""An audit report as text for a terminal."""

from __future__ import annotations

from collections.abc import Iterable

from audits.report import AuditReport
from audits.results import Result
from audits.total_rows import CROSS
from dashboard.commands.achieved_text import described

__all__ = ["render"]

_LEGEND = (
    "p: permutation test, adjusted after Benjamini and Hochberg; d: effect size; finds x up: the "
    "smallest gap so many people would show in four samples of five"
)


def render(report: AuditReport) -> str:
    """Return the report as aligned lines: overall, by group, verdicts, what is withheld."""
    overall = [row for row in report.results if row.by is None]
    lines = [f"{len(overall)} measures over all users", *_rows(overall)]
    for attribute in dict.fromkeys(row.by for row in report.results if row.by):
        rows = [row for row in report.results if row.by == attribute]
        if CROSS in attribute:
            lines += ["", f"by {attribute}: {len(rows)} rows, in --json and --out"]
        else:
            lines += ["", f"by {attribute}", *_rows(rows)]
    if any(row.detectable is not None for row in report.results):
        lines += ["", _LEGEND]
    if report.changes:
        lines += ["", "change from --before, the same users paired", *_rows(report.changes)]
    lines += _verdicts(report)
    hidden = {(cell.by, cell.group, cell.reason) for cell in report.suppressed}
    lines += ["", *(f"withheld: {by} {group} ({why})" for by, group, why in sorted(hidden))]
    lines += [f"note: {warning}" for warning in report.warnings]
    if report.exploration is not None:
        lines.append(f"exploration: {described(report.exploration)}")
    return "\n".join([*lines, "", f"content hash {report.hash}"])


def _rows(rows: Iterable[Result]) -> list[str]:
    return [
        f"  {row.metric + '@' + str(row.k):<26}{row.group or '':<16}"
        f"{_number(row.value):>10}  {_interval(row):<34} n={row.n}{_test(row)}"
        for row in rows
    ]


def _test(row: Result) -> str:
    """Say what the test of a gap found, and what gap so many people could show at all."""
    parts = []
    if row.p_adjusted is not None:
        parts.append(f"p={row.p_value:.3g} (adjusted {row.p_adjusted:.3g})")
    if row.effect_size is not None:
        parts.append(f"d={row.effect_size:.2f}")
    if row.detectable is not None:
        parts.append(f"finds {_number(row.detectable)} up")
    return "".join(f"  {part}" for part in parts)


def _interval(row: Result) -> str:
    if row.low is None or row.high is None:
        return f"({row.interval})"
    return f"[{_number(row.low)}, {_number(row.high)}]"


def _number(value: float | None) -> str:
    return "–" if value is None else f"{value:.4g}"


def _verdicts(report: AuditReport) -> list[str]:
    lines = []
    for verdict in report.verdicts:
        limit = verdict.threshold
        where = f" by {limit.by} {limit.group}" if limit.by else ""
        lines.append(
            f"  {verdict.verdict}: {limit.metric}{where} {_number(verdict.value)} "
            f"[{_number(verdict.low)}, {_number(verdict.high)}], {verdict.reason} ({limit.reason})"
        )
    return ["", "verdicts", *lines] if lines else []
