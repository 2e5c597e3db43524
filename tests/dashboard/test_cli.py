"""The command line itself: help, unknown commands, and how it ends."""

import json

import pytest

from dashboard import cli
from dashboard.cli import COMMANDS, main
from dashboard.commands.options import parse_mapping
from engine.errors import OptionError


def test_help_names_every_command(capsys):
    with pytest.raises(SystemExit) as end:
        main(["--help"])
    assert end.value.code == 0
    printed = capsys.readouterr().out
    assert set(COMMANDS) <= set(printed.split())


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_takes_json_and_explains_itself(capsys, name):
    with pytest.raises(SystemExit) as end:
        main([name, "--help"])
    assert end.value.code == 0
    assert "--json" in capsys.readouterr().out


@pytest.mark.parametrize("arguments", [[], ["dance"], ["datasets", "--loud"]])
def test_wrong_words_end_with_2_and_one_line(capsys, arguments):
    with pytest.raises(SystemExit) as end:
        main(arguments)
    assert end.value.code == 2
    assert capsys.readouterr().err.count("\n") == 1


def test_datasets_as_json(capsys):
    assert main(["datasets", "--json"]) == 0
    assert "planted" in {row["name"] for row in json.loads(capsys.readouterr().out)}


@pytest.mark.parametrize(
    ("asked", "words"),
    [((), "no data set is called nowhere"), (("--language", "zh"), "没有名为 nowhere 的数据集")],
)
def test_an_error_is_told_in_the_language_of_the_text(capsys, asked, words):
    assert main(["justify", "--dataset", "nowhere", "--user", "1", "--item", "1", *asked]) == 2
    assert capsys.readouterr().err.startswith(f"recscope justify: {words}")


def test_interrupt_ends_quietly(monkeypatch, capsys):
    def interrupted(args):
        raise KeyboardInterrupt

    monkeypatch.setattr("dashboard.commands.datasets.run", interrupted)
    assert cli.main(["datasets"]) == 130
    assert capsys.readouterr().err == "recscope: stopped\n"


@pytest.mark.parametrize("text", ["user_id", "=uid", "user_id="])
def test_mapping_that_is_none_is_named(text):
    with pytest.raises(OptionError, match="which is not NAME=COLUMN"):
        parse_mapping(text)
