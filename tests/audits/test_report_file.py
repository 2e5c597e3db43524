"""A written report: its schema, its hash, and every kind of difference by name."""

import json

import pytest

from audits.report import audit, content_hash
from audits.report_file import check_hash, compare_reports, read_report
from audits.settings import Settings
from audits.thresholds import Threshold
from engine.errors import TableError

from .worlds import HELD_OUT, ITEMS, SHOWN, TRAIN, USERS


@pytest.fixture(scope="module")
def text():
    return audit(
        interactions=TRAIN,
        held_out=HELD_OUT,
        recommendations=SHOWN,
        users=USERS,
        items=ITEMS,
        k=1,
        by=("gender", "town"),
        by_items=("categories",),
        settings=Settings(seed=3, resamples=50, permutations=50),
        thresholds=(Threshold("ndcg", "agreed", by="*", group="difference", at_most=0.2),),
    ).to_json({"rerun": {"seed": 1}})


@pytest.fixture
def report(text):
    return json.loads(text)


def written(tmp_path, content):
    path = tmp_path / "report.json"
    path.write_text(content if isinstance(content, str) else json.dumps(content))
    return path


def test_a_report_passes_its_schema_and_keeps_its_hash(tmp_path, text, report):
    read = read_report(written(tmp_path, text))
    assert read == report
    assert check_hash(read) == ()
    assert content_hash(read) == read["hash"]


def test_what_is_no_content_does_not_move_the_hash(report):
    assert content_hash({**report, "identity": {"report_id": "2"}, "build": {}}) == report["hash"]


def spoil(report, path, value):
    *way, last = path
    place = report
    for step in way:
        place = place[step]
    place[last] = value
    return report


def test_any_edited_number_or_word_breaks_the_hash(report):
    for path, value in (
        (("results", 0, "value"), 0.626),
        (("results", 0, "n"), 41),
        (("verdicts", 0, "verdict"), "pass"),
        (("suppressed", 0, "group"), "other"),
        (("warnings",), ["nothing"]),
        (("config", "seed"), 4),
        (("definitions", 0, "formula"), "1"),
    ):
        edited = spoil(json.loads(json.dumps(report)), path, value)
        [mismatch] = check_hash(edited)
        assert mismatch.kind == "edited", path


@pytest.mark.parametrize(
    ("path", "value", "kind", "where"),
    [
        (("fingerprints", "held_out"), "0" * 64, "inputs", "fingerprints/held_out"),
        (("config", "seed"), 4, "config", "config/seed"),
        (("results", 0, "value"), 0.7, "results", "results/ndcg/value"),
        (("verdicts", 0, "verdict"), "pass", "verdicts", "verdicts/0/verdict"),
        (("suppressed",), [], "withheld", "suppressed"),
    ],
)
def test_a_difference_is_told_with_its_kind_and_place(report, path, value, kind, where):
    other = spoil(json.loads(json.dumps(report)), path, value)
    found = compare_reports(other, report)
    assert {mismatch.kind for mismatch in found} == {kind}
    assert found[0].where == where


def test_rounding_of_another_machine_is_no_difference(report):
    value = report["results"][0]["value"]
    other = spoil(json.loads(json.dumps(report)), ("results", 0, "value"), value * (1 + 1e-12))
    assert compare_reports(other, report) == ()


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("schema_version",), "9"),
        (("hash",), "zz"),
        (("results",), []),
        (("results", 0, "interval"), ""),
        (("results", 0, "low"), None),
        (("results", 0, "n"), -1),
        (("verdicts", 0, "verdict"), "fine"),
        (("suppressed", 0, "n"), 4),
        (("fingerprints",), {}),
    ],
)
def test_a_report_that_is_none_is_refused_with_the_place(tmp_path, report, path, value):
    with pytest.raises(TableError, match="is no report of this version, at"):
        read_report(written(tmp_path, spoil(report, path, value)))


@pytest.mark.parametrize("text", ["", "{", "[1]", "nul\x00", '"' + "[" * 5000])
def test_a_broken_file_is_one_sentence(tmp_path, text):
    with pytest.raises(TableError, match="cannot read the report|is no report"):
        read_report(written(tmp_path, text))
    with pytest.raises(TableError, match="cannot read the report"):
        read_report(tmp_path / "nothing.json")
