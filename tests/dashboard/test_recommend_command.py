"""`recscope recommend`: what it writes, and how it refuses."""

import json
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from dashboard.cli import main
from engine.tables import RECOMMENDATIONS, conform
from tests import worlds

COLUMNS = ["user_id", "item_id", "rank", "score", "propensity", "model", "policy", "rate", "seed"]
TEXT_IDS = {"user_id": pl.String, "item_id": pl.String}


@pytest.fixture
def log(tmp_path: Path) -> list[str]:
    """The noisy world as the user's own log."""
    worlds.noisy().interactions.write_csv(tmp_path / "log.csv")
    return ["--interactions", str(tmp_path / "log.csv"), "--n", "4"]


def read(path: Path) -> pl.DataFrame:
    readers = {
        ".csv": lambda: pl.read_csv(path, schema_overrides=TEXT_IDS),
        ".parquet": lambda: pl.read_parquet(path),
        ".jsonl": lambda: pl.read_ndjson(path, schema_overrides=TEXT_IDS),
    }
    return readers[path.suffix]()


def test_says_what_the_rate_achieved(log: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    policy = ["--policy", "plackett-luce", "--rate", "0.4"]
    assert main(["recommend", *log, *policy, "--json"]) == 0
    printed = capsys.readouterr()
    entropy = json.loads(printed.out)["exploration"]["first_place_entropy"]
    assert entropy["value"] == pytest.approx(0.4, abs=0.1)
    assert entropy["error"] < 0.05
    said = f"{entropy['value']:.1%} ± {entropy['error']:.1%} (n={entropy['n']})"
    assert f"the first place is {said} as uncertain as an even draw" in printed.err


@pytest.mark.parametrize("ending", ["csv", "parquet", "jsonl"])
def test_writes_the_same_table_whatever_the_ending(
    ending: str, log: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / f"lists.{ending}"
    assert main(["recommend", *log, "--rate", "0.3", "--out", str(out)]) == 0
    assert capsys.readouterr().out == ""
    table = read(out)
    assert table.columns == COLUMNS
    assert conform(table.with_columns(pl.col("rate").cast(float)), RECOMMENDATIONS).height == 116
    assert main(["recommend", *log, "--rate", "0.3"]) == 0
    printed = pl.read_csv(capsys.readouterr().out.encode(), schema_overrides=TEXT_IDS)
    assert printed["item_id"].equals(table["item_id"])
    assert printed["propensity"].to_list() == pytest.approx(table["propensity"].to_list())


def test_json_holds_the_rows_unless_they_were_written(
    log: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["recommend", *log, "--json"]) == 0
    printed = json.loads(capsys.readouterr().out)
    assert printed["rows"] == len(printed["recommendations"]) == 116
    assert list(printed["recommendations"][0]) == COLUMNS
    out = str(tmp_path / "lists.csv")
    assert main(["recommend", *log, "--json", "--out", out]) == 0
    summary = json.loads(capsys.readouterr().out)
    assert summary["out"] == out
    assert "recommendations" not in summary
    assert summary["fingerprints"] == printed["fingerprints"]


def test_says_who_had_everything_and_whose_list_is_short(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    has = np.eye(4, 5) + np.eye(4, 5, 1)
    has[1], has[2, :4] = 1, 1
    worlds.dataset_from(has).interactions.write_csv(tmp_path / "log.csv")
    asked = ["recommend", "--interactions", str(tmp_path / "log.csv"), "--model", "item-knn"]
    assert main([*asked, "--n", "2", "--json"]) == 0
    printed = capsys.readouterr()
    answer = json.loads(printed.out)
    assert (answer["nothing_left"], answer["shorter"], answer["users"]) == (["1"], 1, 3)
    assert "1 of 4 people have had every item: no list (1)" in printed.err
    assert "1 people have fewer than 2 items left: shorter lists" in printed.err


@pytest.mark.parametrize("items", [1, 3])
def test_refuses_a_log_in_which_nothing_is_left_for_anybody(
    items: int, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    worlds.dataset_from(np.ones((3, items))).interactions.write_csv(tmp_path / "log.csv")
    log = str(tmp_path / "log.csv")
    assert main(["recommend", "--interactions", log, "--n", "1"]) == 2
    printed = capsys.readouterr()
    assert printed.out == ""
    assert f"everyone in log has had all {items} items, so nothing is left" in printed.err


def test_a_split_leaves_room_to_recommend_what_was_held_out(
    log: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["recommend", *log, "--split", "random"]) == 0
    table = pl.read_csv(capsys.readouterr().out.encode(), schema_overrides=TEXT_IDS)
    seen = worlds.noisy().interactions
    assert not table.join(seen, on=["user_id", "item_id"], how="semi").is_empty()


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--n", "99"], "the catalogue holds 25 items"),
        (["--n", "0"], "from 1"),
        (["--rate", "1.5"], "from 0 to 1"),
        (["--rate", "nan"], "from 0 to 1"),
        (["--policy", "greedy", "--rate", "0.1"], "does not explore"),
        (["--policy", "ucb"], "no policy ucb"),
        (["--model", "svd"], "no model svd"),
        (["--out", "/nowhere/lists.csv"], "cannot write /nowhere/lists.csv"),
        (["--out", "lists.xlsx"], "end it in .csv"),
        (["--dataset", "ml-100k"], "one of the two"),
    ],
)
def test_refuses_in_one_line(
    options: list[str], message: str, log: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    code = main(["recommend", *log, *options])
    printed = capsys.readouterr()
    assert code == 2
    assert printed.out == ""
    assert message in printed.err
    assert printed.err.count("\n") == 1


def test_serving_from_an_index_lists_what_the_model_lists(
    log: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    def table(*options: str) -> pl.DataFrame:
        assert main(["recommend", *log, "--model", "als", *options]) == 0
        return pl.read_csv(capsys.readouterr().out.encode(), schema_overrides=TEXT_IDS)

    exact, served = table(), table("--serving", "faiss")
    assert served["model"].unique().to_list() == ["faiss:als"]
    same = ["user_id", "item_id", "rank"]
    assert served.select(same).equals(exact.select(same))


@pytest.mark.parametrize(
    ("serving", "words"), [("faiss", "no index can serve it"), ("int8", "keeps no torch network")]
)
def test_a_model_that_cannot_be_served_so_is_refused(
    serving: str, words: str, log: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["recommend", *log, "--model", "ease", "--serving", serving]) == 2
    assert words in capsys.readouterr().err
