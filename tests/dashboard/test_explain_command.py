"""`recscope explain`: what it prints, and how it refuses."""

import json
from pathlib import Path

import pytest

from dashboard.cli import main
from dashboard.commands.explain import MOST_LINES
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
    assert printed["evaluations"] == (1 if printed["method"] == "exact" else len(players) + 2)
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
        (["--user", "3", "--item", "1", "--method", "shap"], "later version"),
        (["--user", "3", "--item", "26", "--model", "als", "--method", "exact"], "not linear"),
        (["--user", "3", "--item", "26", "--model", "svd"], "no model svd"),
        (["--user", "3", "--item", "26", "--seed", "-1"], "whole number from 0"),
        (["--user", "3", "--item", "HAS"], "user 3 already has item"),
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
