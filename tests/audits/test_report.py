"""The report: the same inputs give the same hash, and everything it needs stands in it."""

import json

import polars as pl

from audits.report import audit
from audits.settings import Settings
from audits.thresholds import Threshold

from .worlds import HELD_OUT, ITEMS, SHOWN, TRAIN, USERS


def report_of(**changed):
    inputs = {
        "interactions": TRAIN,
        "held_out": HELD_OUT,
        "recommendations": SHOWN,
        "users": USERS,
        "items": ITEMS,
        "k": 1,
        "by": ("gender", "town"),
        "settings": Settings(seed=3),
        "thresholds": (Threshold("ndcg", "agreed", at_least=0.2),),
        "config": {"model": "none"},
    }
    return audit(**(inputs | changed))


def test_same_inputs_same_hash():
    assert report_of().hash == report_of().hash


def test_every_input_and_setting_moves_the_hash():
    changed = {
        "interactions": TRAIN.tail(39),
        "held_out": HELD_OUT.tail(39),
        "recommendations": SHOWN.tail(39),
        "users": USERS.with_columns(pl.lit("F").alias("gender")),
        "items": ITEMS.reverse(),
        "k": 2,
        "by": ("gender",),
        "settings": Settings(seed=4),
        "thresholds": (),
        "config": {"model": "ease"},
    }
    hashes = {report_of(**{name: value}).hash for name, value in changed.items()}
    assert len(hashes | {report_of().hash}) == len(changed) + 1


def test_json_holds_everything_and_its_hash():
    report = report_of()
    content = json.loads(report.to_json())
    assert content["hash"] == report.hash
    assert {"fingerprints", "config", "results", "verdicts", "suppressed", "warnings"} <= set(
        content
    )
    assert content["verdicts"][0]["verdict"] == "pass"
    assert content["config"]["seed"] == 3


def test_no_number_without_n_and_interval_or_the_reason():
    for row in report_of().results:
        assert row.n > 0 or row.value is None
        has_interval = row.low is not None and row.high is not None
        assert has_interval != row.interval.startswith("none")
        assert not has_interval or row.low < row.high


def test_withheld_groups_stand_nowhere_but_by_name():
    content = json.loads(report_of().to_json())
    assert not [row for row in content["results"] if row["group"] in ("B", "C")]
    assert {cell["group"] for cell in content["suppressed"]} >= {"B", "C"}


def test_reader_is_warned():
    report = report_of(recommendations=SHOWN.head(38), items=None)
    assert report.warnings[0].startswith("2 of 40 audited users have no list")
    assert any("no items table" in warning for warning in report.warnings)
