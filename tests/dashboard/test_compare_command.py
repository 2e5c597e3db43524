"""`recscope compare`: one table, whose numbers are those of an audit of each model."""

import json
import sys
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from dashboard.cli import main
from dashboard.comparison import MEASURES, Compared
from engine.models.registry import make_model
from engine.models.size import model_size
from engine.splits import SPLITS
from tests import worlds


@pytest.fixture
def log(tmp_path: Path) -> list[str]:
    """The noisy world as the user's own log."""
    worlds.noisy().interactions.write_csv(tmp_path / "log.csv")
    return ["--interactions", str(tmp_path / "log.csv"), "--n", "5", "--resamples", "50"]


def rows(capsys: pytest.CaptureFixture[str], arguments: list[str]) -> list[dict[str, float]]:
    assert main(["compare", *arguments, "--json"]) == 0
    return json.loads(capsys.readouterr().out)["models"]


def test_the_numbers_are_those_of_an_audit(capsys: pytest.CaptureFixture[str]) -> None:
    options = ["--dataset", "planted", "--seed", "3", "--resamples", "60"]
    (row,) = rows(capsys, [*options, "--models", "item-knn"])
    assert main(["audit", *options, "--model", "item-knn", "--policy", "greedy", "--json"]) == 0
    results = json.loads(capsys.readouterr().out)["results"]
    audited = {result["metric"]: result for result in results if result["by"] is None}
    assert row["n"] == audited["ndcg"]["n"]
    for name in MEASURES:
        found = audited[name]
        assert [row[name], row[f"{name}_low"], row[f"{name}_high"]] == pytest.approx(
            [found["value"], found["low"], found["high"]]
        )


def test_one_row_a_model_with_what_it_costs(
    log: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    names = ["popularity", "hybrid:ease+2*item-knn", "tests.outsiders:Together"]
    out = tmp_path / "models.parquet"
    table = rows(capsys, [*log, "--models", ",".join(names), "--out", str(out)])
    assert [row["model"] for row in table] == names
    assert all(row["fit_seconds"] > 0 < row["score_seconds"] for row in table)
    assert [row["size_bytes"] > 0 for row in table] == [True, True, False]
    assert [row["new_items"] for row in table] == [False] * 3
    assert pl.read_parquet(out).to_dicts() == table


@pytest.mark.parametrize("protocol", SPLITS)
def test_every_protocol_holds_out_as_it_says(
    protocol: str, log: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    (row,) = rows(capsys, [*log, "--models", "popularity", "--protocol", protocol])
    assert 0 < row["ndcg"] < 1
    assert row["n"] == (29 if protocol != "temporal" else row["n"])


def test_the_text_lines_the_models_up(log: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["compare", *log, "--models", "popularity,ease"]) == 0
    printed = capsys.readouterr()
    head, first, second = printed.out.splitlines()
    assert head.split()[:2] == ["model", "ndcg"]
    assert first.startswith("popularity ")
    assert second.startswith("ease ")
    assert len(first) == len(second)
    split, *models = printed.err.splitlines()
    assert split.startswith("random: 29 users, ")
    assert models == ["popularity …", "ease …"]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--models", ""], "--models is ''"),
        (["--models", "ease,ease"], "each once"),
        (["--models", "ease,svd"], "no model svd"),
        (["--models", "nowhere:score"], "cannot import the model nowhere:score"),
        (["--models", "ease", "--n", "99"], "the catalogue holds 25 items"),
        (["--models", "ease", "--out", "models.xlsx"], "end it in .csv"),
        (["--models", "ease", "--test-share", "2"], "test share is 2"),
        (["--models", "ease", "--test-share", "0.001"], "the split random holds nothing out of"),
        (["--models", "ease", "--dataset", "ml-100k"], "one of the two"),
    ],
)
def test_refuses_in_one_line(
    options: list[str], message: str, log: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["compare", *log, *options]) == 2
    printed = capsys.readouterr()
    assert printed.out == ""
    assert message in printed.err.splitlines()[-1]


def test_the_size_is_that_of_what_was_learned() -> None:
    world, sizes = worlds.noisy(), {}
    for name in ("popularity", "als", "user-knn", "hybrid:popularity+popularity"):
        model = make_model(name)
        assert model_size(model) == 0
        sizes[name] = model_size(model.fit(world, rng=np.random.default_rng(0)))
    assert sizes["popularity"] == 27 * 4
    assert sizes["als"] == 27 * 16 * 8
    entries = len(world.histories.items)
    assert sizes["user-knn"] >= entries * (4 + 4) + 31 * 4
    assert sizes["hybrid:popularity+popularity"] == 2 * 27 * 4 + 2 * 8


def test_edges_of_ones_own_go_with_a_data_set_of_ours(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    options = ["--dataset", "planted", "--models", "lightgcn-kg", "--resamples", "20"]
    assert main(["compare", *options]) == 2
    assert "planted has no edges" in capsys.readouterr().err
    edges = tmp_path / "edges.csv"
    edges.write_text("source,target\ni001,brand\ni002,brand\nu001,u002\n")
    (row,) = rows(capsys, [*options, "--edges", str(edges)])
    assert row["ndcg"] > 0.1
    edges.write_text("source,target,target_kind\ni001,i999,item\n")
    assert main(["compare", *options, "--edges", str(edges)]) == 2
    assert "edges.csv:2, row 1: i999 is not a known item" in capsys.readouterr().err


def test_serving_puts_each_model_beside_itself_and_tells_the_cost(
    log: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = [*log, "--models", "als", "--serving", "faiss"]
    assert main(["compare", *arguments, "--json"]) == 0
    answer = json.loads(capsys.readouterr().out)
    assert [row["model"] for row in answer["models"]] == ["als", "faiss:als"]
    # A catalogue this small is searched whole, and 100 candidates are all of it.
    assert answer["serving"] == [
        {"model": "faiss:als", "share_of_exact_lists": 1.0, "ndcg_change": 0.0}
    ]
    assert main(["compare", *arguments]) == 0
    assert "faiss:als lists 100.00% of what the model lists" in capsys.readouterr().out


def test_the_share_of_lists_that_are_alike_counts_no_padding() -> None:
    def one(items: list[list[int]]) -> Compared:
        return Compared("m", (), 0.0, 0.0, 0, np.array(items), False)

    exact, served = one([[3, 1, -1], [0, 2, 4]]), one([[1, -1, -1], [4, 0, 5]])
    assert served.share_of(exact) == pytest.approx(3 / 5)
    assert exact.share_of(exact) == 1


@pytest.fixture
def one_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """Write the README's model of one's own, in the folder one is in."""
    blocks = Path("README.md").read_text(encoding="utf-8").split("```")
    code = next(block for block in blocks if "# mine.py" in block)
    (tmp_path / "own_model_of_a_test.py").write_text(code.removeprefix("python\n"))
    monkeypatch.chdir(tmp_path)
    # What the command adds to the path is gone after the test, and so is the module.
    monkeypatch.setattr(sys, "path", [entry for entry in sys.path if entry])
    monkeypatch.delitem(sys.modules, "own_model_of_a_test", raising=False)
    return "own_model_of_a_test:Mine"


def test_a_model_in_the_folder_one_is_in_is_found(
    log: list[str], one_file: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert [row["model"] for row in rows(capsys, [*log, "--models", one_file])] == [one_file]


def test_no_module_is_taken_from_the_folder_for_a_file_of_others(
    one_file: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["verify", "no-such-report.json"]) == 2
    assert str(Path.cwd()) not in sys.path
