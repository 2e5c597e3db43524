"""Verdicts look at the interval; a thresholds file says what is wrong with it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audits.results import Result
from audits.thresholds import Threshold, judge, read_thresholds
from engine.errors import RecscopeError


def row(low, high):
    return Result("ndcg", 10, None, None, 50, (low + high) / 2, low, high, "bootstrap")


AT_LEAST_HALF = Threshold("ndcg", "half of an ideal list", at_least=0.5)


@pytest.mark.parametrize(
    ("low", "high", "verdict"),
    [
        (0.5, 0.7, "pass"),
        (0.2, 0.49, "fail"),
        (0.4, 0.6, "insufficient evidence"),
    ],
)
def test_whole_interval_decides(low, high, verdict):
    assert judge(AT_LEAST_HALF, [row(low, high)]).verdict == verdict


def test_number_without_interval_is_never_a_pass():
    bare = Result("ndcg", 10, None, None, 50, 0.9, None, None, "none: all values are equal")
    verdict = judge(AT_LEAST_HALF, [bare])
    assert (verdict.verdict, verdict.reason) == ("insufficient evidence", bare.interval)


def test_withheld_row_is_never_a_pass():
    limit = Threshold("ndcg", "r", by="gender", group="F", at_least=0.1)
    assert judge(limit, [row(0.5, 0.6)]).verdict == "insufficient evidence"


ends = st.tuples(st.floats(0, 1), st.floats(0, 1)).map(sorted)


@given(ends, st.floats(0, 0.5), st.floats(0, 1), st.floats(0, 1))
def test_widening_an_interval_never_makes_a_verdict(interval, margin, one, other):
    low, high = interval
    at_least, at_most = sorted((one, other))
    limit = Threshold("ndcg", "r", at_least=at_least, at_most=at_most)
    narrow = judge(limit, [row(low, high)]).verdict
    wide = judge(limit, [row(low - margin, high + margin)]).verdict
    assert wide in (narrow, "insufficient evidence")


GOOD = "thresholds:\n- {metric: ndcg, at_least: 0.3, reason: agreed in review}\n"


def test_reads_a_file(tmp_path):
    path = tmp_path / "t.yaml"
    path.write_text(GOOD)
    assert read_thresholds(path) == (Threshold("ndcg", "agreed in review", at_least=0.3),)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "no list under the key thresholds"),
        ("thresholds: []", "no list under the key thresholds"),
        ("thresholds: {a: 1", "cannot read the thresholds file"),
        ("thresholds:\n- {metric: ndcg, at_least: 1}", "threshold 1: give metric, reason"),
        ("thresholds:\n- {metric: ndcg, reason: r, most: 1}", "threshold 1: give metric, reason"),
        ("thresholds:\n- {metric: beauty, reason: r, at_most: 1}", "no measure beauty"),
        ("thresholds:\n- {metric: ndcg, reason: r}", "has no bound"),
        ("thresholds:\n- {metric: ndcg, reason: r, at_least: x}", "at_least is x"),
        ("thresholds:\n- {metric: ndcg, reason: r, at_least: 1, at_most: 0}", "nothing can meet"),
        ("thresholds:\n- {metric: ndcg, reason: r, by: age, at_most: 0}", "only one of by and"),
    ],
)
def test_bad_file_is_named(tmp_path, text, message):
    path = tmp_path / "t.yaml"
    path.write_text(text)
    with pytest.raises(RecscopeError, match=message):
        read_thresholds(path)
