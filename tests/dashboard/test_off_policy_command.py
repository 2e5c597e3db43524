"""`recscope off-policy`: own logs and Open Bandit, warnings first, and every way to end."""

import json
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from dashboard.cli import main

QUICK = ["--resamples", "100"]


def asked(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, dict]:
    code = main(["off-policy", *arguments, *QUICK, "--json"])
    return code, json.loads(capsys.readouterr().out)


@pytest.fixture
def log(tmp_path: Path) -> pl.DataFrame:
    """Items a to d shown evenly; only a is ever clicked."""
    rng = np.random.default_rng(5)
    items = rng.choice(list("abcd"), 600)
    return pl.DataFrame(
        {
            "who": [f"u{i // 2}" for i in range(600)],
            "sku": items,
            "click": (items == "a").astype(int),
            "p": 0.25,
            "mostly_a": np.where(items == "a", 0.7, 0.1),
        }
    )


def write(frame: pl.DataFrame, folder: Path, mapping: str) -> list[str]:
    frame.write_csv(folder / "log.csv")
    return ["--log", str(folder / "log.csv"), "--map", mapping]


MAPPING = "user_id=who,item_id=sku,reward=click,propensity=p"


def test_a_column_of_the_log_is_a_target(capsys, tmp_path, log):
    code, found = asked(capsys, *write(log, tmp_path, MAPPING), "--target", "mostly_a")
    assert code == 0
    by_name = {row["estimator"]: row for row in found["estimates"]}
    assert set(by_name) == {"ips", "snips"}
    for row in by_name.values():
        assert row["low"] <= 0.7 <= row["high"]
        assert row["low"] < row["value"] < row["high"]
        assert 0 < row["ess"] < 600
    assert found["logged"]["value"] == pytest.approx(log["click"].mean())
    assert found["support"]["users"] == 300
    assert found["support"]["unseen"] is None
    assert found["warnings"][0].startswith("only the target's chance")
    assert len(found["config"]["fingerprints"]["log"]) == 64


def test_a_rate_leaves_a_share_of_the_target_to_chance(capsys, tmp_path, log):
    arguments = (*write(log, tmp_path, MAPPING), "--target", "mostly_a")
    values = {}
    for rate in ("0", "0.5", "1"):
        code, found = asked(capsys, *arguments, "--rate", rate)
        assert code == 0
        values[rate] = next(r["value"] for r in found["estimates"] if r["estimator"] == "ips")
    assert values["0.5"] == pytest.approx((values["0"] + values["1"]) / 2)
    assert values["1"] == pytest.approx(found["logged"]["value"])
    assert found["config"]["rate"] == 1


def test_uniform_on_a_uniform_log_earns_the_logged_mean(capsys, tmp_path, log):
    code, found = asked(capsys, *write(log, tmp_path, MAPPING), "--target", "uniform")
    assert code == 0
    values = {row["estimator"]: row["value"] for row in found["estimates"]}
    assert list(values) == ["ips", "snips", "dm", "dr", "switch-dr"]
    assert values["ips"] == pytest.approx(found["logged"]["value"])


def test_little_evidence_ends_with_3_and_still_shows_numbers(capsys, tmp_path, log):
    files = write(log, tmp_path, MAPPING)
    code, found = asked(capsys, *files, "--target", "mostly_a", "--least-ess", "500")
    assert code == 3
    assert found["suffices"] is False
    assert found["estimates"]
    assert any("does not suffice" in warning for warning in found["warnings"])


def test_warnings_come_first(capsys, tmp_path, log):
    files = write(log.drop("who"), tmp_path, "item_id=sku,reward=click,propensity=p")
    assert main(["off-policy", *files, "--target", "mostly_a", *QUICK]) == 0
    text = capsys.readouterr().out
    assert text.startswith("warning: ")
    assert text.index("names no users") < text.index("ips ")
    assert "effective sample size" in text


def test_missing_propensities_are_refused_or_estimated_and_labelled(capsys, tmp_path, log):
    files = write(log.drop("p"), tmp_path, "item_id=sku,reward=click")
    assert main(["off-policy", *files, "--target", "mostly_a"]) == 2
    assert "without the chance of what was shown" in capsys.readouterr().err
    code, found = asked(capsys, *files, "--target", "mostly_a", "--estimate-propensities")
    assert code == 0
    assert any("were estimated from the log" in warning for warning in found["warnings"])
    snips = next(row for row in found["estimates"] if row["estimator"] == "snips")
    assert snips["value"] == pytest.approx(0.7, abs=1e-9)


def lists(*, independent: bool) -> pl.DataFrame:
    """Two of four items a list, drawn evenly; the click is on the item a."""
    rng = np.random.default_rng(6)
    rows = []
    for number in range(400):
        shown = rng.choice(4, 2, replace=independent)
        for place, item in enumerate(shown):
            chance = 1 / 4 if independent else 1 / (4 - place)
            rows.append((number, place + 1, "abcd"[item], bool(item == 0), chance))
    return pl.DataFrame(
        rows, schema=["list_id", "rank", "item_id", "reward", "propensity"], orient="row"
    )


@pytest.mark.parametrize("independent", [True, False])
def test_lists_get_the_estimators_of_lists(capsys, tmp_path, independent):
    lists(independent=independent).write_csv(tmp_path / "lists.csv")
    flag = ["--independent-places"] if independent else []
    file = str(tmp_path / "lists.csv")
    code, found = asked(capsys, "--log", file, "--target", "uniform", *flag)
    assert code == 0
    values = {row["estimator"]: row["value"] for row in found["estimates"]}
    always = {"sips", "snsips", "rips", "snrips", "cascade-dr"}
    more = {"iips", "sniips", "pi", "snpi"} if independent else set()
    assert set(values) == always | more
    for name in set(values) - {"cascade-dr"}:
        assert values[name] == pytest.approx(found["logged"]["value"])
    assert values["cascade-dr"] == pytest.approx(0.5, abs=0.1)


def test_lists_take_a_target_from_a_column(capsys, tmp_path):
    frame = lists(independent=False).with_columns(new=pl.col("propensity"))
    frame.write_csv(tmp_path / "lists.csv")
    code, found = asked(capsys, "--log", str(tmp_path / "lists.csv"), "--target", "new")
    assert code == 0
    assert {row["estimator"] for row in found["estimates"]} == {"sips", "snsips", "rips", "snrips"}


def test_open_bandit_random_log_covers_what_thompson_earned_in_its_own(capsys):
    code, found = asked(capsys, "--dataset", "open-bandit", "--target", "thompson")
    assert code == 0
    assert found["on_policy"]["value"] == pytest.approx(0.0042)
    assert "it learned on while its own log was made" in found["warnings"][-1]
    for row in found["estimates"]:
        if row["estimator"] in ("ips", "snips", "dr"):
            assert row["low"] <= found["on_policy"]["value"] <= row["high"]
            assert 1500 < row["ess"] < 1800


def test_a_mixture_of_both_policies_earns_between_them_and_has_no_own_log(capsys):
    arguments = ("--dataset", "open-bandit", "--target", "thompson")
    found = [asked(capsys, *arguments, "--rate", rate)[1] for rate in ("0", "0.5", "1")]
    pure, half, chance = (
        next(r["value"] for r in one["estimates"] if r["estimator"] == "ips") for one in found
    )
    assert half == pytest.approx((pure + chance) / 2)
    assert "on_policy" in found[0]
    assert "on_policy" not in found[1]
    assert chance == pytest.approx(found[2]["logged"]["value"])


def test_the_thompson_log_says_little_about_uniform(capsys):
    arguments = ("--dataset", "open-bandit", "--logged-by", "thompson", "--target", "uniform")
    code, found = asked(capsys, *arguments, "--least-ess", "500")
    assert code == 3
    assert found["support"]["ess_share"] < 0.05
    assert "0.4% of what the target would choose is never shown" in found["warnings"][0]
    assert found["on_policy"]["value"] == pytest.approx(0.0038)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--target", "uniform"], "give either --log or --dataset"),
        (["--dataset", "open-bandit", "--log", "x.csv", "--target", "uniform"], "one of the two"),
        (["--dataset", "ml-100k", "--target", "uniform"], "no log is called ml-100k"),
        (["--dataset", "open-bandit", "--target", "greedy"], "choose one of uniform, thompson"),
        (
            ["--dataset", "open-bandit", "--target", "uniform", "--context", "age"],
            "open-bandit needs none",
        ),
        (["--log", "/nowhere.csv", "--target", "uniform"], "/nowhere.csv cannot be read"),
        (["--dataset", "open-bandit", "--target", "uniform", "--resamples", "0"], "resamples is 0"),
        (["--dataset", "open-bandit", "--target", "uniform", "--seed", "-1"], "seed is -1"),
        (["--dataset", "open-bandit", "--target", "uniform", "--most-unseen", "7"], "7.0"),
    ],
)
def test_bad_input_is_one_line_and_exit_2(capsys, arguments, message):
    assert main(["off-policy", *arguments]) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.count("\n") == 1
    assert message in captured.err


@pytest.mark.parametrize(
    ("extra", "message"),
    [
        (["--target", "thompson"], "for --dataset open-bandit alone"),
        (["--target", "nothing"], "no column nothing"),
        (["--target", "mostly_a", "--rate", "2"], "exploration rate is 2.0"),
        (["--target", "uniform", "--estimate-propensities"], "they are better"),
        (["--target", "uniform", "--context", "age"], "no context column age"),
        (["--target", "mostly_a", "--map", "reward=click"], "lacks the column(s) item_id"),
    ],
)
def test_a_wrong_request_of_a_log_is_one_line_and_exit_2(capsys, tmp_path, log, extra, message):
    assert main(["off-policy", *write(log, tmp_path, MAPPING), *extra]) == 2
    assert message in capsys.readouterr().err


def test_context_is_refused_for_lists(capsys, tmp_path):
    lists(independent=False).write_csv(tmp_path / "lists.csv")
    file = str(tmp_path / "lists.csv")
    assert main(["off-policy", "--log", file, "--target", "uniform", "--context", "age"]) == 2
    assert "leave it out for lists" in capsys.readouterr().err
