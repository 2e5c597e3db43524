"""What a pull request needs of an audit: an exit code, JUnit XML, a few lines of Markdown."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from xml.etree import ElementTree

from audits.report import AuditReport
from audits.thresholds import Verdict

__all__ = ["FAILED", "MISSING_EVIDENCE", "exit_code", "to_junit", "to_markdown", "verdict_line"]

FAILED = 1
MISSING_EVIDENCE = 3
ORDER = ("fail", "insufficient evidence", "pass")
SIGNS = {"fail": "✗ fail", "insufficient evidence": "? insufficient evidence", "pass": "✓ pass"}


def exit_code(verdicts: Sequence[Verdict]) -> int:
    """1 if a threshold failed, 3 if none failed but one lacks evidence, else 0."""
    outcomes = {verdict.verdict for verdict in verdicts}
    if "fail" in outcomes:
        return FAILED
    return MISSING_EVIDENCE if "insufficient evidence" in outcomes else 0


def verdict_line(verdict: Verdict) -> str:
    """Say in one line what was asked, for instance ``ndcg by gender difference at most 0.05``."""
    limit = verdict.threshold
    where = f" by {limit.by} {limit.group}" if limit.by else ""
    bounds = [
        f"{name} {bound:g}"
        for name, bound in (("at least", limit.at_least), ("at most", limit.at_most))
        if bound is not None
    ]
    return f"{limit.metric}{where} {' and '.join(bounds)}"


def to_junit(report: AuditReport) -> str:
    """Return the verdicts as JUnit XML: a failure where one fails, skipped where evidence lacks.

    Passes are listed too.
    """
    outcomes = [verdict.verdict for verdict in report.verdicts]
    suite = ElementTree.Element(
        "testsuite",
        name="recscope audit",
        tests=str(len(outcomes)),
        failures=str(outcomes.count("fail")),
        skipped=str(outcomes.count("insufficient evidence")),
        errors="0",
    )
    properties = ElementTree.SubElement(suite, "properties")
    ElementTree.SubElement(properties, "property", name="content hash", value=report.hash)
    for verdict in report.verdicts:
        case = ElementTree.SubElement(
            suite,
            "testcase",
            classname=f"recscope.{verdict.threshold.metric}",
            name=_clean(verdict_line(verdict)),
        )
        if verdict.verdict != "pass":
            kind = "failure" if verdict.verdict == "fail" else "skipped"
            ElementTree.SubElement(
                case, kind, message=_clean(f"{_numbers(verdict)}: {verdict.reason}")
            )
    return ElementTree.tostring(suite, encoding="unicode", xml_declaration=True) + "\n"


def to_markdown(report: AuditReport) -> str:
    """Return a short summary, worst first, as a table."""
    counts = dict.fromkeys(ORDER, 0)
    for verdict in report.verdicts:
        counts[verdict.verdict] += 1
    head = ", ".join(f"{n} {name}" for name, n in counts.items() if n) or "no thresholds"
    lines = [f"**Audit: {head}**", "", *_table(report.verdicts)]
    lines += [f"- {_cell(warning)}" for warning in report.warnings]
    return "\n".join([*lines, "", f"Content hash `{report.hash}`", ""])


def _table(verdicts: Sequence[Verdict]) -> Iterator[str]:
    if not verdicts:
        return
    yield "| verdict | threshold | measured | why |"
    yield "|---|---|---|---|"
    for verdict in sorted(verdicts, key=lambda verdict: ORDER.index(verdict.verdict)):
        cells = (SIGNS[verdict.verdict], verdict_line(verdict), _numbers(verdict), verdict.reason)
        yield f"| {' | '.join(_cell(text) for text in cells)} |"
    yield ""


def _numbers(verdict: Verdict) -> str:
    if verdict.value is None:
        return "no value"
    if verdict.low is None or verdict.high is None:
        return f"{verdict.value:.4g}, no interval"
    return f"{verdict.value:.4g} ({verdict.low:.4g} to {verdict.high:.4g})"


def _cell(text: str) -> str:
    """Text from data as it stands: no cell ends early, no markup or link begins."""
    escaped = "".join(f"\\{sign}" if sign in "\\`*_{}[]()<>#|!~@" else sign for sign in text)
    return " ".join(escaped.split())


def _clean(text: str) -> str:
    """Drop the control characters that XML cannot hold."""
    return "".join(sign for sign in text if sign.isprintable())
