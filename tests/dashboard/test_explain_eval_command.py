"""`recscope explain-eval`: what it prints, and how it refuses."""

import json
from pathlib import Path

import numpy as np
import pytest

from dashboard.cli import main
from engine.explanations.fidelity_sanity import SANITY
from tests import worlds


@pytest.fixture
def log(tmp_path: Path) -> str:
    """Forty people who have many of twenty items."""
    world = worlds.dataset_from((np.random.default_rng(5).random((40, 20)) < 0.6).astype(float))
    path = tmp_path / "log.csv"
    world.interactions.select("user_id", "item_id").write_csv(path)
    return str(path)


def test_the_json_holds_means_differences_and_checks(
    log: str, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["explain-eval", "--interactions", log, "--model", "ease", "--json"]
    code = main([*words, "--methods", "exact,cosine", "--people", "6", "--checked", "3"])
    printed = json.loads(capsys.readouterr().out)
    assert code == 0
    assert printed["config"]["explained"] == 6
    assert printed["config"]["unit"] == "the model's own score"
    means = {(row["method"], row["measure"]): row for row in printed["methods"]}
    assert {method for method, _ in means} == {"exact", "cosine", "random"}
    for row in means.values():
        assert row["n"] in (0, 6)
        if row["n"]:
            assert row["low"] - 1e-9 <= row["value"] <= row["high"] + 1e-9
    assert means["exact", "evaluations"]["value"] == 1
    assert means["exact", "del"]["value"] == pytest.approx(printed["least_del"], abs=1e-6)
    assert means["random", "del"]["value"] > printed["least_del"]
    apart = {(row["method"], row["measure"]): row for row in printed["differences"]}
    assert {method for method, _ in apart} == {"cosine", "random"}
    told = means["cosine", "del"]["value"] - means["exact", "del"]["value"]
    assert apart["cosine", "del"]["value"] == pytest.approx(told)
    assert apart["random", "del"]["verdict"] == "worse"
    assert {row["measure"] for row in printed["checks"]} == set(SANITY)


@pytest.mark.parametrize("protocol", ["refined", "cfexprec"])
def test_the_text_holds_every_method_and_the_reference(
    protocol: str, log: str, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["explain-eval", "--interactions", log, "--protocol", protocol, "--users", "4"]
    words += ["--methods", "auto,margin:auto,accent", "--reference", "random", "--checked", "0"]
    assert main(words) == 0
    told = capsys.readouterr()
    assert "less that of random, person by person" in told.out
    assert "margin:auto" in told.out
    assert ("no order of these histories has less than" in told.out) == (protocol == "refined")
    assert "(n=4)" in told.out
    assert "asked again" not in told.out
    assert "4 others are explained" in told.err


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--methods", "foo"], "no ordering foo"),
        (["--methods", "auto,auto"], "each once"),
        (["--methods", "auto", "--reference", "cosine"], "not among the methods auto, random"),
        (["--people", "1"], "--people is 1"),
        (["--model", "als", "--methods", "exact", "--people", "3"], "cannot explain als"),
        (["--model", "nothing"], "no model nothing"),
    ],
)
def test_what_cannot_be_is_told_in_one_line(
    words: list[str], message: str, log: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["explain-eval", "--interactions", log, *words]) == 2
    told = capsys.readouterr()
    assert told.out == ""
    assert message in told.err
