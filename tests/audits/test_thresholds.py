"""Verdicts look at the interval; a thresholds file says what is wrong with it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audits.results import Result, Suppressed
from audits.threshold_files import PRESETS, read_preset, read_thresholds
from audits.thresholds import Threshold, judge, judge_all
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
        ("thresholds:\n- {metric: difference, reason: r, at_most: 1}", "no measure difference"),
        ("thresholds:\n- {metric: ndcg, reason: 3, at_most: 1}", "reason is 3, which is not text"),
        ("thresholds:\n- {metric: ndcg, reason: '', at_most: 1}", "which is not text"),
        ("version: 2\n" + GOOD, "something beside thresholds and version 1"),
        ("extra: 1\n" + GOOD, "something beside thresholds and version 1"),
        (GOOD + "- {metric: ndcg, at_most: 0.2, reason: r}", "1 and 2 contradict each other"),
        ("thresholds:\n- {metric: ndcg, reason: r, at_least: x}", "at_least is x"),
        ("thresholds:\n- {metric: ndcg, reason: r, at_least: .nan}", "which is not a number"),
        ("thresholds:\n- {metric: ndcg, reason: r, at_least: 1, at_most: 0}", "nothing can meet"),
        ("thresholds:\n- {metric: ndcg, reason: r, by: age, at_most: 0}", "only one of by and"),
    ],
)
def test_bad_file_is_named(tmp_path, text, message):
    path = tmp_path / "t.yaml"
    path.write_text(text)
    with pytest.raises(RecscopeError, match=message):
        read_thresholds(path)


def gap(low, high, *, p, group="difference"):
    value = (low + high) / 2
    return Result("ndcg", 10, "gender", group, 50, value, low, high, "bootstrap", p_adjusted=p)


AT_MOST = Threshold("ndcg", "r", by="gender", group="difference", at_most=0.05)


@pytest.mark.parametrize(("p", "verdict"), [(0.01, "fail"), (0.2, "insufficient evidence")])
def test_a_gap_fails_only_if_it_stands_out_among_all_comparisons(p, verdict):
    assert judge(AT_MOST, [gap(0.1, 0.2, p=p)]).verdict == verdict
    at_least = Threshold("ndcg", "r", by="gender", group="ratio", at_least=0.9)
    ratio = Result("ndcg", 10, "gender", "ratio", 50, 0.7, 0.6, 0.8, "bootstrap")
    assert judge(at_least, [ratio, gap(0.1, 0.2, p=p)]).verdict == verdict


def test_no_p_value_turns_a_pass_into_anything_else():
    assert judge(AT_MOST, [gap(-0.02, 0.04, p=0.9)]).verdict == "pass"


def groups(*ends):
    return [
        Result("ndcg", 10, "town", name, 50, (low + high) / 2, low, high, "bootstrap")
        for name, (low, high) in zip("abcdef", ends, strict=False)
    ]


def test_every_group_is_as_good_as_its_worst():
    every = Threshold("ndcg", "r", by="town", group="every", at_least=0.5)
    assert judge(every, groups((0.6, 0.7), (0.8, 0.9))).verdict == "pass"
    verdict = judge(every, groups((0.6, 0.7), (0.1, 0.2), (0.4, 0.6)))
    assert (verdict.verdict, verdict.value) == ("fail", pytest.approx(0.15))
    assert verdict.reason.startswith("b: ")
    assert judge(every, groups((0.6, 0.7), (0.4, 0.6))).verdict == "insufficient evidence"


@given(st.lists(ends, min_size=2, max_size=5), st.sampled_from(["at_least", "at_most"]))
def test_of_groups_with_one_verdict_the_worst_is_told(intervals, side):
    every = Threshold("ndcg", "r", by="town", group="every", **{side: 0.5})
    each = [judge(every, groups(interval)) for interval in intervals]
    told = judge(every, groups(*intervals))
    alike = [verdict for verdict in each if verdict.verdict == told.verdict]
    if side == "at_least":
        assert told.low == pytest.approx(min(verdict.low for verdict in alike), abs=1e-9)
    else:
        assert told.high == pytest.approx(max(verdict.high for verdict in alike), abs=1e-9)


def test_a_withheld_group_keeps_every_group_from_passing():
    every = Threshold("ndcg", "r", by="town", group="every", at_least=0.5)
    cells = [Suppressed("ndcg", 10, "town", "z", "too small")]
    assert judge(every, groups((0.6, 0.7)), cells).verdict == "insufficient evidence"
    assert judge(every, groups((0.1, 0.2)), cells).verdict == "fail"


def test_a_star_stands_for_every_grouping_of_the_report():
    star = Threshold("ndcg", "r", by="*", group="difference", at_most=0.05)
    other = Result("ndcg", 10, "town", "difference", 50, 0.01, 0.0, 0.02, "bootstrap")
    shop = Result("exposure_merit", 10, "item:provider", "p", 50, 1.0, 0.9, 1.1, "bootstrap")
    verdicts = judge_all([star], [gap(0.1, 0.2, p=0.01), other, shop])
    assert [(v.threshold.by, v.verdict) for v in verdicts] == [("gender", "fail"), ("town", "pass")]
    items = Threshold("exposure_merit", "r", by="item:*", group="every", at_most=1.2)
    [verdict] = judge_all([items], [other, shop])
    assert (verdict.threshold.by, verdict.verdict) == ("item:provider", "pass")


def test_a_star_with_nothing_to_stand_for_is_no_pass():
    star = Threshold("ndcg", "r", by="*", group="difference", at_most=0.05)
    assert [v.verdict for v in judge_all([star], [row(0.1, 0.2)])] == ["insufficient evidence"]


@pytest.mark.parametrize("name", PRESETS)
def test_presets_read_and_can_pass_and_fail(name):
    for limit in read_preset(name):
        middle = limit.at_least if limit.at_most is None else limit.at_most
        by, group = limit.by, "g" if limit.group == "every" else limit.group
        by = {"*": "gender", "item:*": "item:provider"}.get(by, by)
        outcomes = set()
        for value in (middle - 0.01, middle + 0.01):
            number = Result(limit.metric, 10, by, group, 50, value, value - 0.001, value, "b")
            outcomes |= {verdict.verdict for verdict in judge_all([limit], [number])}
        assert outcomes == {"pass", "fail"}


def test_an_unknown_preset_is_named():
    with pytest.raises(RecscopeError, match="no preset kindness; there are bubble_drift"):
        read_preset("kindness")
