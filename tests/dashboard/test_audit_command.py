"""`recscope audit`: own models and foreign logs, and the exit code of every outcome."""

import json
from hashlib import sha256
from pathlib import Path

import polars as pl
import pytest

from dashboard.cli import main
from dashboard.commands import audit_logs

PLANTED = ["--dataset", "planted", "--model", "item-knn", "--n", "10", "--resamples", "200"]


def audit(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, dict[str, object]]:
    code = main(["audit", *arguments, "--json"])
    return code, json.loads(capsys.readouterr().out)


def canonical_hash(content: object) -> str:
    """The hash as the report defines it: sorted keys, numbers as decimals of 10 digits."""

    def plain(value: object) -> object:
        if isinstance(value, dict):
            return {key: plain(inner) for key, inner in value.items()}
        if isinstance(value, list):
            return [plain(inner) for inner in value]
        return f"{value:.10g}" if isinstance(value, float) else value

    text = json.dumps(plain(content), sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return sha256(text.encode()).hexdigest()


def thresholds(folder: Path, *rows: str) -> list[str]:
    path = folder / "thresholds.yaml"
    path.write_text("thresholds:\n" + "".join(f"- {{{row}, reason: agreed}}\n" for row in rows))
    return ["--thresholds", str(path)]


def test_report_holds_every_measure_with_n_and_interval_and_by_group(capsys):
    code, report = audit(capsys, *PLANTED)
    assert code == 0
    rows = {(row["metric"], row["by"], row["group"]): row for row in report["results"]}
    assert {"ndcg", "coverage", "gini", "arp", "novelty"} <= {metric for metric, *_ in rows}
    row = rows["ndcg", None, None]
    assert row["n"] == 300
    assert row["low"] < row["value"] < row["high"]
    assert {group for metric, by, group in rows if metric == "ndcg" and by} == {
        "A",
        "B",
        "difference",
        "ratio",
        "mad",
    }


def test_same_command_same_hash_and_another_seed_another(capsys):
    _, one = audit(capsys, *PLANTED)
    _, same = audit(capsys, *PLANTED)
    _, other = audit(capsys, *PLANTED, "--seed", "8")
    assert one.pop("identity") != same.pop("identity")
    assert one == same
    assert other["hash"] != one["hash"]


def test_report_holds_what_the_rate_achieved_in_its_hash(capsys):
    asked = (*PLANTED, "--policy", "epsilon-greedy", "--rate", "0.2")
    _, report = audit(capsys, *asked)
    entropy, own = (
        report["exploration"][name] for name in ("first_place_entropy", "own_list_chance")
    )
    assert 0.2 < entropy["value"] < 0.4
    assert entropy["n"] == own["n"] == 300
    assert own["value"] == pytest.approx(0.8**10, rel=0.1)
    about = {"hash", "identity", "build", "rerun", "determinism", "model", "config_sha256"}
    about |= {"explanations", "language_model", "reviewer_actions"}
    content = {key: value for key, value in report.items() if key not in about}
    assert canonical_hash(content) == report["hash"]
    assert canonical_hash({**content, "exploration": None}) != report["hash"]
    assert main(["audit", *asked]) == 0
    said = f"exploration: the first place is {entropy['value']:.1%}"
    assert said in capsys.readouterr().out


@pytest.mark.parametrize(
    ("row", "code"),
    [
        ("metric: ndcg, at_least: 0.0", 0),
        ("metric: ndcg, at_least: 0.99", 1),
        ("metric: ndcg, by: group, group: Z, at_least: 0.1", 3),
    ],
)
def test_exit_code_is_the_verdict(capsys, tmp_path, row, code):
    assert audit(capsys, *PLANTED, *thresholds(tmp_path, row))[0] == code


def test_one_failure_outweighs_missing_evidence(capsys, tmp_path):
    rows = ("metric: ndcg, at_least: 0.99", "metric: ndcg, by: group, group: Z, at_least: 0.1")
    assert audit(capsys, *PLANTED, *thresholds(tmp_path, *rows))[0] == 1


def test_gate_files_are_written_and_presets_decide_the_exit_code(capsys, tmp_path):
    junit, summary = tmp_path / "junit.xml", tmp_path / "summary.md"
    files = ["--junit", str(junit), "--markdown", str(summary)]
    own = thresholds(tmp_path, "metric: ndcg, at_least: 0.99")
    code, report = audit(capsys, *PLANTED, *own, "--preset", "quality_parity", *files)
    assert code == 1
    assert [row["threshold"]["by"] for row in report["verdicts"]] == [None, *["group"] * 3]
    assert summary.read_text().startswith("**Audit: 1 fail")
    assert 'failures="1"' in junit.read_text()


def test_own_groups_are_joined_by_user(capsys, tmp_path):
    users = [f"u{i:03d}" for i in range(300)]
    path = tmp_path / "mine.csv"
    pl.DataFrame({"user_id": users, "half": ["x", "y"] * 150}).write_csv(path)
    _, report = audit(capsys, *PLANTED, "--groups", str(path), "--by", "half")
    assert {row["by"] for row in report["results"] if row["metric"] == "ndcg"} == {None, "half"}


def test_text_names_measures_and_withheld_groups(capsys, tmp_path):
    assert main(["audit", *PLANTED, "--min-group", "200"]) == 0
    text = capsys.readouterr().out
    assert "ndcg@10" in text
    assert "withheld: group A (fewer than 200 users" in text
    assert "content hash" in text


@pytest.fixture
def foreign(tmp_path: Path) -> list[str]:
    """A log of another system: everyone is shown what they chose, but for one user."""
    users = [f"u{i}" for i in range(30)]
    train = pl.DataFrame({"uid": users, "item_id": ["a", "b", "c"] * 10})
    shown = pl.DataFrame({"uid": users, "item_id": ["b", "c", "a"] * 10, "pos": [1] * 30})
    tables = {"train": train, "held": shown.drop("pos"), "shown": shown.tail(29)}
    for name, table in tables.items():
        table.write_csv(tmp_path / f"{name}.csv")
    places = [str(tmp_path / f"{name}.csv") for name in ("train", "held", "shown")]
    options = ("--interactions", "--held-out", "--recommendations")
    pairs = [part for pair in zip(options, places, strict=True) for part in pair]
    return [*pairs, "--map", "user_id=uid,rank=pos", "--n", "1"]


def test_foreign_log_is_audited_without_a_model(capsys, foreign):
    code, report = audit(capsys, *foreign)
    assert report["exploration"] is None
    rows = {row["metric"]: row for row in report["results"] if row["by"] is None}
    assert code == 0
    assert rows["recall"]["value"] == pytest.approx(29 / 30)
    assert report["warnings"][0].startswith("1 of 30 audited users have no list")
    assert set(report["fingerprints"]) >= {"interactions", "held_out", "recommendations"}


def test_own_model_on_own_files_is_held_against_the_held_out_file(capsys, foreign):
    own = [part for part in foreign if "shown" not in part and part != "--recommendations"]
    own[own.index("user_id=uid,rank=pos")] = "user_id=uid"
    code, report = audit(capsys, *own, "--model", "popularity")
    assert code == 0
    assert report["config"]["model"] == "popularity"


def test_a_log_counted_from_zero_is_refused_and_mended_on_request(capsys, foreign, tmp_path):
    shown = pl.read_csv(tmp_path / "shown.csv").with_columns(pl.col("pos") - 1)
    shown.write_csv(tmp_path / "shown.csv")
    assert main(["audit", *foreign]) == 2
    assert "say --fix ranks-from-zero" in capsys.readouterr().err
    code, report = audit(capsys, *foreign, "--fix", "ranks-from-zero")
    assert code == 0
    assert "mended (ranks-from-zero)" in report["warnings"][-1]
    assert report["config"]["fixes"] == "ranks-from-zero"


def test_two_logs_are_compared_user_by_user(capsys, foreign, tmp_path):
    users = [f"u{i}" for i in range(30)]
    worse = pl.DataFrame({"uid": users, "item_id": ["a", "c", "a"] * 10, "pos": [1] * 30})
    worse.write_csv(tmp_path / "before.csv")
    _, report = audit(capsys, *foreign, "--before", str(tmp_path / "before.csv"))
    change = {row["metric"]: row for row in report["changes"] if row["by"] is None}["recall"]
    assert change["value"] == pytest.approx(29 / 30 - 20 / 30)
    assert 0 < change["low"] < change["value"] < change["high"]
    assert change["interval"].startswith("paired")
    assert main(["audit", *PLANTED, "--before", "x.csv"]) == 2


@pytest.fixture
def plain_log(foreign, tmp_path):
    """The same files with our own column names."""
    shown = pl.read_csv(tmp_path / "shown.csv").rename({"uid": "user_id", "pos": "rank"})
    shown.write_csv(tmp_path / "shown.csv")
    for name in ("train", "held"):
        table = pl.read_csv(tmp_path / f"{name}.csv").rename({"uid": "user_id"})
        table.write_csv(tmp_path / f"{name}.csv")
    return [part for part in foreign if part not in ("--map", "user_id=uid,rank=pos")]


def test_a_log_is_read_by_blocks_within_its_memory(capsys, plain_log):
    _, whole = audit(capsys, *plain_log)
    code, blocks = audit(capsys, *plain_log, "--memory", "200MB")
    assert code == 0
    assert blocks["results"] == whole["results"]
    mapped = ("--map", "user_id=user_id", "--memory", "200MB")
    assert main(["audit", *plain_log, *mapped]) == 2


def test_lists_before_are_read_by_blocks_too(capsys, plain_log, tmp_path):
    path = Path(plain_log[plain_log.index("--recommendations") + 1])
    worse = pl.read_csv(path).with_columns(pl.col("item_id").reverse())
    worse.write_csv(tmp_path / "before.csv")
    compared = (*plain_log, "--before", str(tmp_path / "before.csv"))
    _, whole = audit(capsys, *compared)
    code, blocks = audit(capsys, *compared, "--memory", "200MB")
    assert code == 0
    assert blocks["results"] == whole["results"]
    assert blocks["changes"] == whole["changes"]
    assert any(row["low"] is not None for row in blocks["changes"])
    # A file that is not there is told before the other one is read.
    nothing = ("--before", str(tmp_path / "nothing.csv"), "--memory", "200MB")
    assert main(["audit", *plain_log, *nothing]) == 2
    assert capsys.readouterr().err.splitlines() == [
        "recscope audit: nothing.csv cannot be read: No such file. Give the path of a file that is "
        "there and yours to read"
    ]


def test_an_empty_log_by_blocks_is_named(capsys, plain_log, tmp_path):
    (tmp_path / "none.csv").write_text("user_id,item_id,rank\n")
    nobody = ("--recommendations", str(tmp_path / "none.csv"), "--memory", "200MB")
    assert main(["audit", *plain_log, *nobody]) == 2
    assert (
        capsys.readouterr().err.splitlines()[-1].startswith("recscope audit: none.csv has no rows")
    )


def test_a_policy_that_draws_is_drawn_twice_for_its_expected_exposure(capsys):
    chance = (*PLANTED, "--policy", "plackett-luce", "--rate", "0.5")
    _, twice = audit(capsys, *chance)
    _, once = audit(capsys, *chance, "--draws", "1")
    assert any("rests on up to 2 draws" in warning for warning in twice["warnings"])
    assert any("known once" in warning for warning in once["warnings"])
    disparity = [
        {row["metric"]: row["value"] for row in report["results"] if row["by"] is None}
        for report in (once, twice)
    ]
    assert disparity[0]["exposure_disparity"] > 1.2 * disparity[1]["exposure_disparity"]
    assert disparity[0]["ndcg"] == disparity[1]["ndcg"]
    log = ("--recommendations", "x.csv", "--interactions", "y", "--held-out", "z", "--draws", "2")
    assert main(["audit", *log]) == 2


def test_a_large_log_is_read_by_blocks_unasked_and_its_broken_last_line_named(
    capsys, plain_log, monkeypatch
):
    _, whole = audit(capsys, *plain_log)
    monkeypatch.setattr(audit_logs, "BIG", 100)
    assert main(["audit", *plain_log, "--json"]) == 0
    told = capsys.readouterr()
    report = json.loads(told.out)
    assert "read by blocks of users, within 2GB" in told.err
    assert report["results"] == whole["results"]
    assert report["fingerprints"]["recommendations"] != whole["fingerprints"]["recommendations"]
    path = Path(plain_log[plain_log.index("--recommendations") + 1])
    lines = len(path.read_text().splitlines())
    path.write_text(path.read_text() + "cut,off\n")
    assert main(["audit", *plain_log]) == 2
    errors = capsys.readouterr().err.splitlines()
    assert f"Line: {lines + 1} " in errors[-1]
    assert sum("shown.csv: " in line for line in errors) == 1


def test_report_is_written_whole(capsys, tmp_path):
    out = tmp_path / "report.json"
    _, printed = audit(capsys, *PLANTED, "--out", str(out))
    assert json.loads(out.read_text()) == printed
    assert [path.name for path in tmp_path.iterdir()] == ["report.json"]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--dataset", "planted", "--rate", "1.5"], "exploration rate is 1.5"),
        (["--dataset", "planted", "--n", "500"], "the catalogue holds 160 items"),
        (["--dataset", "planted", "--n", "0"], "list length n is 0"),
        (["--dataset", "planted", "--k", "0"], "k is 0"),
        (["--dataset", "planted", "--seed", "-1"], "seed is -1"),
        (["--dataset", "planted", "--by", "shoe"], "no user attribute shoe"),
        (["--dataset", "planted", "--policy", "greedy", "--rate", "0.1"], "does not explore"),
        (["--dataset", "planted", "--model", "oracle"], "oracle"),
        (["--dataset", "planted", "--out", "/nowhere/r.json"], "cannot write /nowhere/r.json"),
        (["--dataset", "planted", "--thresholds", "/nowhere.yaml"], "cannot read the thresholds"),
        (["--dataset", "planted", "--preset", "kindness"], "no preset kindness"),
        (["--dataset", "planted", "--by-items", "shop"], "no item attribute shop"),
        (["--dataset", "planted", "--by", "group[2]"], "group is not a number"),
        (["--dataset", "nothing"], "nothing"),
        ([], "give either --dataset or --interactions"),
        (["--recommendations", "x.csv"], "--recommendations needs"),
    ],
)
def test_bad_input_is_one_line_and_exit_2(capsys, arguments, message):
    assert main(["audit", "--model", "popularity", *arguments]) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.count("\n") == 1
    assert message in captured.err


def test_planted_world_brings_its_own_held_out_items_and_its_gap(capsys):
    _, report = audit(capsys, *PLANTED)
    assert report["config"]["split"] == "own"
    rows = {(row["metric"], row["group"]): row for row in report["results"]}
    assert rows["recall", "A"]["n"] == 150
    assert rows["recall", "difference"]["low"] > 0
    _, other = audit(capsys, *PLANTED, "--split", "random")
    assert other["config"]["split"] == "random"
    assert other["fingerprints"]["held_out"] != report["fingerprints"]["held_out"]
