"""What continuous integration reads: exit codes, JUnit XML, Markdown."""

from xml.etree import ElementTree

import pytest

from audits.gate import exit_code, to_junit, to_markdown
from audits.report import AuditReport
from audits.thresholds import Threshold, Verdict

HOSTILE = "<b>|[x](http://elsewhere.example)`\x07"


def verdict(outcome, *, by=None, reason="because"):
    limit = Threshold("ndcg", "agreed", by=by, group="F" if by else None, at_least=0.5, at_most=0.9)
    numbers = (0.5, 0.4, 0.6) if outcome != "insufficient evidence" else (None, None, None)
    return Verdict(limit, outcome, *numbers, reason)


def report(*verdicts, warnings=()):
    return AuditReport({}, {}, (), verdicts, (), warnings)


ALL = (verdict("pass"), verdict("insufficient evidence"), verdict("fail"))


@pytest.mark.parametrize(
    ("outcomes", "code"),
    [((), 0), (ALL[:1], 0), (ALL[:2], 3), (ALL, 1), (ALL[2:], 1)],
)
def test_exit_code_is_the_worst_verdict(outcomes, code):
    assert exit_code(outcomes) == code


def test_junit_counts_and_lists_passes_too():
    suite = ElementTree.fromstring(to_junit(report(*ALL)).encode())
    assert (suite.get("tests"), suite.get("failures"), suite.get("skipped")) == ("3", "1", "1")
    cases = suite.findall("testcase")
    assert [len(case) for case in cases] == [0, 1, 1]
    assert cases[2].find("failure").get("message") == "0.5 (0.4 to 0.6): because"
    assert cases[0].get("name") == "ndcg at least 0.5 and at most 0.9"


def test_markdown_puts_the_worst_first():
    lines = to_markdown(report(*ALL, warnings=("2 of 40 have no list",))).splitlines()
    assert lines[0] == "**Audit: 1 fail, 1 insufficient evidence, 1 pass**"
    assert [line.split(" |")[0] for line in lines[4:7]] == [
        "| ✗ fail",
        "| ? insufficient evidence",
        "| ✓ pass",
    ]
    assert "- 2 of 40 have no list" in lines


def test_text_from_data_is_neither_markup_nor_broken_xml():
    hostile = report(verdict("fail", by=HOSTILE, reason=HOSTILE))
    ElementTree.fromstring(to_junit(hostile).encode())
    table = to_markdown(hostile)
    row = next(line for line in table.splitlines() if "fail |" in line)
    assert row.replace("\\|", "").count("|") == 5
    for sign in ("<b>", "](", "`<"):
        assert sign not in table.replace(f"\\{sign[0]}", "")


def test_no_thresholds_is_said():
    assert to_markdown(report()).startswith("**Audit: no thresholds**")
