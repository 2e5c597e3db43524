"""`recscope explain`: what it prints, and how it refuses."""

import json
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from dashboard.cli import main
from dashboard.commands.explanation_text import MOST_LINES
from engine.models.registry import MODELS
from tests import worlds


@pytest.fixture
def own_files(tmp_path: Path) -> list[str]:
    """The noisy world as the user's own files, with titles and edges."""
    world = worlds.noisy()
    assert world.edges is not None
    tables = {"interactions": world.interactions, "edges": world.edges}
    tables["items"] = world.items.select("item_id", "title")
    for name, table in tables.items():
        table.write_csv(tmp_path / f"{name}.csv")
    return [part for name in tables for part in (f"--{name}", str(tmp_path / f"{name}.csv"))]


def unseen(user: str) -> str:
    world = worlds.noisy()
    seen = world.histories.take([world.user_row(user)]).seen()[0]
    return world.item_ids[int((~seen).argmax())]


@pytest.mark.parametrize("model", MODELS)
def test_the_json_holds_a_score_and_its_parts(
    model: str, own_files: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    item = unseen("3")
    code = main(["explain", *own_files, "--model", model, "--user", "3", "--item", item, "--json"])
    printed = json.loads(capsys.readouterr().out)
    assert code == 0
    assert (printed["user_id"], printed["item_id"], printed["game"]) == ("3", item, "history")
    history = worlds.noisy().histories
    players = [row["player"] for row in printed["contributions"]]
    assert sorted(players) == sorted(str(row) for row in history.items_of(3))
    assert all(row["label"] == f"Title {row['player']}" for row in printed["contributions"])
    sizes = [abs(row["value"]) for row in printed["contributions"]]
    assert sizes == sorted(sizes, reverse=True)
    parts = printed["base_value"] + printed["residual"]
    parts += sum(row["value"] for row in printed["contributions"])
    assert parts == pytest.approx(printed["score"])
    closed = printed["method"] == "exact" or model == "als"
    assert printed["evaluations"] == (1 if closed else len(players) + 2)
    assert 0 <= printed["fidelity"]["residual_share"] <= 1


@pytest.mark.parametrize(("language", "words"), [("en", "in your history"), ("zh", "您的历史记录")])
def test_the_text_holds_the_sentence_and_the_parts(
    language: str, words: str, own_files: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    longest = int(worlds.noisy().histories.lengths.argmax())
    assert worlds.noisy().histories.lengths[longest] > MOST_LINES
    item = unseen(str(longest))
    options = ["--user", str(longest), "--item", item, "--language", language]
    assert main(["explain", *own_files, *options]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == f"Title {item}"
    assert words in lines[1]
    shown = [float(line.split()[0]) for line in lines[3:-1]]
    assert shown[0] == pytest.approx(sum(shown[1:]), abs=1e-5)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--user", "nobody", "--item", "1"], "no user nobody"),
        (["--user", "3", "--item", "nothing"], "no item nothing"),
        (["--user", "3", "--item", "26", "--model", "als", "--method", "exact"], "no closed form"),
        (["--user", "3", "--item", "26", "--against", "25"], "add --game margin"),
        (["--user", "3", "--item", "26", "--budget", "1"], "budget is 1"),
        (["--user", "3", "--item", "26", "--error", "-1"], "target error is -1"),
        (
            ["--user", "3", "--item", "26", "--method", "masked-lime", "--budget", "5"],
            "cannot tell",
        ),
        (["--user", "3", "--item", "26", "--method", "lime", "--budget", "5"], "cannot tell"),
        (["--user", "3", "--item", "26", "--model", "svd"], "no model svd"),
        (["--user", "3", "--item", "26", "--seed", "-1"], "whole number from 0"),
        (["--user", "3", "--item", "HAS"], "user 3 already has item"),
        (["--user", "3", "--item", "26", "--game", "margin", "--against", "HAS"], "held against"),
        (["--user", "3", "--item", "26", "--game", "margin", "--against", "26"], "held against"),
    ],
)
def test_refuses_in_one_line(
    options: list[str],
    message: str,
    own_files: list[str],
    capsys: pytest.CaptureFixture[str],
) -> None:
    has = str(worlds.noisy().histories.items_of(3)[0])
    code = main(["explain", *own_files, *(has if part == "HAS" else part for part in options)])
    printed = capsys.readouterr()
    assert code == 2
    assert printed.out == ""
    assert message in printed.err
    assert printed.err.count("\n") == 1


METHODS = ["enumeration", "leave-one-out", "permutation", "shap", "lime", "masked-lime"]


def _explain(own_files: list[str], capsys: pytest.CaptureFixture[str], *options: str) -> Any:
    item = unseen("3")
    code = main(["explain", *own_files, "--user", "3", "--item", item, *options, "--json"])
    printed = capsys.readouterr()
    assert code == 0, printed.err
    return json.loads(printed.out)


@pytest.mark.parametrize("game", ["history", "attributes", "margin"])
@pytest.mark.parametrize("method", METHODS)
def test_every_method_answers_in_every_game(
    method: str, game: str, own_files: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    options = ["--model", "user-knn", "--method", method, "--game", game]
    printed = _explain(own_files, capsys, *options)
    assert (printed["method"], printed["game"]) == (method, game)
    parts = printed["base_value"] + printed["residual"]
    parts += sum(row["value"] for row in printed["contributions"])
    assert parts == pytest.approx(printed["score"])
    fidelity = printed["fidelity"]
    if method in ("enumeration", "permutation", "shap"):
        assert fidelity["additivity_error"] <= 1e-5
    assert (fidelity["held_out_r2"] is not None) <= ("lime" in method)
    assert (fidelity["largest_standard_error"] is not None) == (method == "permutation")
    assert len(printed["competitors"]) == (10 if game == "margin" else 0)
    if game == "attributes":
        assert printed["contributions"][0]["player"].split(":")[0] in ("category", "prior")


def test_a_margin_against_one_item(
    own_files: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    printed = _explain(own_files, capsys, "--game", "margin", "--against", "26")
    assert printed["competitors"] == ["26"]


@pytest.mark.parametrize(("n", "kind"), [("26", "removal"), ("1", "addition")])
def test_a_counterfactual_says_what_would_change_the_list(
    n: str, kind: str, own_files: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    options = ["--method", "counterfactual", "--n", n]
    printed = _explain(own_files, capsys, *options)
    assert (printed["kind"], printed["n"]) == (kind, int(n))
    assert printed["found"] == bool(printed["items"])
    assert printed["evaluations"] > 1
    code = main(["explain", *own_files, "--user", "3", "--item", unseen("3"), *options])
    text = capsys.readouterr().out
    assert code == 0
    assert f"rank {printed['rank_before']}" in text
    assert all(item["label"] in text for item in printed["items"])


def test_the_same_seed_gives_the_same_figures(
    own_files: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    options = ["--model", "user-knn", "--method", "permutation", "--budget", "60"]
    first, second = (_explain(own_files, capsys, *options, "--seed", "5") for _ in range(2))
    other = _explain(own_files, capsys, *options, "--seed", "6")
    assert first == second
    assert first["contributions"] != other["contributions"]


def test_a_whole_list_is_explained_without_an_item(
    own_files: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    asked = ["explain", *own_files, "--user", "3", "--game", "slate", "--n", "4"]
    assert main([*asked, "--json"]) == 0
    printed = json.loads(capsys.readouterr().out)
    assert len(printed["items"]) == 4
    assert not {row["item_id"] for row in printed["items"]} & set(printed["competitors"])
    parts = sum(row["value"] for row in printed["contributions"])
    assert printed["base_value"] + printed["residual"] + parts == pytest.approx(printed["score"])
    assert main(asked) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == f"  1  {printed['items'][0]['label']}"


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ([], "name the item by --item"),
        (["--game", "slate", "--item", "1"], "name the item by --item"),
        (["--game", "slate", "--method", "counterfactual"], "about one item"),
    ],
)
def test_an_item_is_named_where_one_is_needed(
    more: list[str], words: str, own_files: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["explain", *own_files, "--user", "3", *more]) == 2
    assert words in capsys.readouterr().err


def test_what_is_too_close_to_call_is_said(
    own_files: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    longest = str(worlds.noisy().histories.lengths.argmax())
    asked = ["explain", *own_files, "--user", longest, "--item", unseen(longest)]
    asked += ["--model", "user-knn", "--method", "permutation", "--budget", "2"]
    assert main([*asked, "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["fidelity"]["told_apart"] is False
    assert main(asked) == 0
    assert "too close" in capsys.readouterr().out


@pytest.mark.parametrize(
    "options",
    [["--item"], ["--method", "counterfactual", "--n", "26", "--item"], ["--game", "slate"]],
)
def test_a_terminal_obeys_no_title(
    options: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    world = worlds.noisy()
    world.interactions.write_csv(tmp_path / "log.csv")
    hostile = pl.lit("\x1b[31mred\x07\u202e") + pl.col("item_id")
    world.items.select("item_id", title=hostile).write_csv(tmp_path / "items.csv")
    files = ["--interactions", str(tmp_path / "log.csv"), "--items", str(tmp_path / "items.csv")]
    asked = [*options, unseen("3")] if options[-1] == "--item" else options
    assert main(["explain", *files, "--user", "3", *asked]) == 0
    printed = capsys.readouterr().out
    assert "red" in printed
    assert printed.replace("\n", "").isprintable()
