"""Tests of a system's options, on models whose answer is known."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from audits.report import OptionCheck
from dashboard import option_checks
from dashboard.cli import main
from dashboard.option_checks import check_options
from engine.config import RunConfig
from engine.dataset import Dataset, make_dataset
from engine.models.popularity import Popularity
from tests.worlds import shop


def checks(model: str, train: Dataset) -> dict[str, OptionCheck]:
    found = check_options(RunConfig("shop", model, n=3), train)
    return {check.test: check for check in found}


def test_a_model_of_histories_knows_no_attributes() -> None:
    train = shop(20)
    for model in ("item-knn", "ease", "popularity"):
        found = checks(model, train)
        assert (found["no_profiling"].held, found["no_profiling"].n) == (9, 9)
        assert found["empty_history"].held == 9


def test_deleting_a_category_changes_what_looks_at_the_history_and_nothing_else() -> None:
    train = shop(20)
    assert checks("popularity", train)["tag_deletion"].held == 0
    knn = checks("item-knn", train)["tag_deletion"]
    assert 0 < knn.held <= knn.n


def test_a_model_that_looks_at_attributes_is_found_out(monkeypatch: pytest.MonkeyPatch) -> None:
    log = pl.DataFrame({"user_id": ["a", "b"], "item_id": ["x", "x"]})
    items = pl.DataFrame({"item_id": ["x", "y", "z"]})
    users = pl.DataFrame({"user_id": ["a", "b"], "plan": ["y", "z"]})
    train = make_dataset("plans", log, users=users, items=items)

    class Profiled(Popularity):
        def score(self, histories):  # type: ignore[no-untyped-def]
            likes = [[plan == item for item in "xyz"] for plan in self.plans]
            return np.array(likes, dtype=np.float32)[: len(histories)]

    def fit(config: RunConfig, data: Dataset) -> Profiled:
        model = Profiled().fit(data, rng=np.random.default_rng(0))
        model.plans = data.users["plan"].to_list()
        return model

    monkeypatch.setattr(option_checks, "fit_model", fit)
    found = {check.test: check for check in check_options(RunConfig("plans", "x", n=1), train)}
    assert found["no_profiling"].held == 0
    assert found["empty_history"].held == 1
    assert "tag_deletion" not in found


def test_the_checks_stand_in_the_report_and_are_verified(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    out = tmp_path / "r.json"
    options = ["--dataset", "planted", "--model", "item-knn", "--resamples", "20", "--by", "group"]
    assert main(["audit", *options, "--option-checks", "--out", str(out)]) == 0
    checks = {check["test"]: check for check in json.loads(out.read_text())["checks"]}
    assert checks["empty_history"] == {"test": "empty_history", "held": 300, "n": 300}
    assert checks["tag_deletion"]["held"] > 0
    assert main(["verify", str(out)]) == 0
    foreign = ["--recommendations", "x", "--interactions", "x", "--held-out", "x"]
    capsys.readouterr()
    assert main(["audit", *foreign, "--option-checks"]) == 2
    assert "needs a model of ours" in capsys.readouterr().err
