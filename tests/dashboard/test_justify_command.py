"""`recscope justify` and `justify-eval`: what they print, and how they refuse."""

import json
from pathlib import Path

import pytest

from dashboard.cli import main
from tests import worlds
from tests.tiny_language_model import write_tiny_model


@pytest.fixture
def own_files(tmp_path: Path) -> list[str]:
    """The noisy world as the user's own files, with titles."""
    world = worlds.noisy()
    world.interactions.write_csv(tmp_path / "log.csv")
    world.items.select("item_id", "title").write_csv(tmp_path / "items.csv")
    return ["--interactions", str(tmp_path / "log.csv"), "--items", str(tmp_path / "items.csv")]


def unseen(user: str) -> str:
    world = worlds.noisy()
    seen = world.histories.take([world.user_row(user)]).seen()[0]
    return world.item_ids[int((~seen).argmax())]


def test_the_json_holds_text_facts_and_checks(
    own_files: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    item = unseen("3")
    assert main(["justify", *own_files, "--user", "3", "--item", item, "--json"]) == 0
    printed = json.loads(capsys.readouterr().out)
    assert printed["produced_by"] in ("template", "refused")
    assert printed["facts"]["item_id"] == item
    assert all(check["holds"] for check in printed["checks"])
    assert printed["ai_generated"] is False
    assert (printed["model_digest"], printed["trouble"]) == (None, None)
    named = {each["item_id"] for each in printed["facts"]["contributors"]}
    assert set(printed["cited"]) <= named


@pytest.mark.parametrize(("language", "audience"), [("en", "reviewer"), ("zh", "user")])
def test_a_local_model_chooses_the_words(
    language: str,
    audience: str,
    tmp_path: Path,
    own_files: list[str],
    capsys: pytest.CaptureFixture[str],
) -> None:
    llm = ["--generator", "local", "--llm", str(write_tiny_model(tmp_path / "tiny"))]
    how = ["--language", language, "--audience", audience, "--json"]
    assert main(["justify", *own_files, "--user", "3", "--item", unseen("3"), *llm, *how]) == 0
    printed = json.loads(capsys.readouterr().out)
    assert (printed["language"], printed["audience"]) == (language, audience)
    assert printed["produced_by"] == "local"
    assert printed["ai_generated"]
    assert len(printed["model_digest"]) == len(printed["prompt_digest"]) == 64


def test_a_server_that_is_not_there_leaves_fixed_words(
    own_files: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("RECSCOPE_LLM_URL", "http://127.0.0.1:9/v1")
    options = ["--user", "3", "--item", unseen("3"), "--generator", "endpoint"]
    assert main(["justify", *own_files, *options]) == 0
    printed = capsys.readouterr()
    assert "in your history" in printed.out
    assert "gave no usable answer" in printed.err


def test_a_server_nobody_configured_is_an_error(
    own_files: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("RECSCOPE_LLM_URL", raising=False)
    options = ["--user", "3", "--item", unseen("3"), "--generator", "endpoint"]
    assert main(["justify", *own_files, *options]) == 2
    assert "set RECSCOPE_LLM_URL" in capsys.readouterr().err


def test_figures_over_many_texts(own_files: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    options = ["--models", "ease,popularity", "--count", "12"]
    assert main(["justify-eval", *own_files, *options, "--json"]) == 0
    printed = json.loads(capsys.readouterr().out)
    assert (printed["texts"], printed["precision"], printed["complete"]) == (12, 1.0, 1.0)
    assert sum(printed["produced_by"].values()) == pytest.approx(1)
    assert main(["justify-eval", *own_files, *options]) == 0
    assert "claims the record bears out" in capsys.readouterr().out


def test_no_texts_is_an_error(own_files: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["justify-eval", *own_files, "--count", "0"]) == 2
    assert "--count is 0; give at least 1" in capsys.readouterr().err


def test_the_same_model_unconstrained_stands_beside(
    tmp_path: Path, own_files: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    llm = ["--generator", "local", "--llm", str(write_tiny_model(tmp_path / "tiny"))]
    options = ["justify-eval", *own_files, "--models", "ease", "--count", "4", "--free", "3", *llm]
    assert main([*options, "--json"]) == 0
    printed = json.loads(capsys.readouterr().out)
    # A model of random weights writes no sentence that is true of anything.
    assert (printed["unconstrained"]["texts"], printed["unconstrained"]["shown"]) == (3, 0)
    assert printed["precision"] == 1.0
    assert main(options) == 0
    assert "of 3 free texts, would pass" in capsys.readouterr().out


@pytest.mark.parametrize("options", [["--free", "2"], ["--free", "-1", "--generator", "local"]])
def test_only_the_local_model_writes_freely(
    options: list[str], own_files: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["justify-eval", *own_files, *options]) == 2
    assert "only the local model can write freely" in capsys.readouterr().err
