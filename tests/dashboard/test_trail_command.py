"""`recscope sign`, `recscope trail`, and the trail in `recscope verify`."""

from __future__ import annotations

import json
import sqlite3
import stat
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from dashboard.cli import main
from dashboard.trail_keys import load_key, pseudonym_key
from engine.errors import OutputError, TableError

PLANTED = ["--dataset", "planted", "--model", "popularity", "--resamples", "20", "--by", "group"]


@pytest.fixture
def files(tmp_path: Path) -> dict[str, str]:
    names = ("report.json", "trail.db", "key", "checkpoint.json")
    return {name.partition(".")[0]: str(tmp_path / name) for name in names}


@pytest.fixture
def signed(files: dict[str, str], capsys: pytest.CaptureFixture[str]) -> dict[str, str]:
    trail = ["--trail", files["trail"], "--key", files["key"]]
    assert main(["audit", *PLANTED, "--out", files["report"], *trail]) == 0
    assert main(["sign", files["report"], *trail, "--name", "Ada", "--note", "seen"]) == 0
    sign = ["trail", files["trail"], "--key", files["key"], "--sign", files["checkpoint"]]
    assert main(sign) == 0
    capsys.readouterr()
    return files


def answer(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, Any]:
    code = main([*arguments, "--json"])
    return code, json.loads(capsys.readouterr().out)


def tamper(trail: str, statement: str) -> None:
    with closing(sqlite3.connect(trail)) as connection, connection:
        connection.execute("DROP TRIGGER no_UPDATE")
        connection.execute("DROP TRIGGER no_DELETE")
        connection.execute(statement)


def test_who_made_and_signed_what_stands_in_the_trail(
    capsys: pytest.CaptureFixture[str], signed: dict[str, str]
) -> None:
    code, found = answer(capsys, "trail", signed["trail"], "--checkpoint", signed["checkpoint"])
    assert (code, found["faults"]) == (0, [])
    assert [entry["action"] for entry in found["entries"]] == ["made", "signed"]
    report = json.loads(Path(signed["report"]).read_text())
    assert {entry["report_hash"] for entry in found["entries"]} == {report["hash"]}
    assert found["entries"][1]["note"] == "seen"
    assert "Ada" not in json.dumps(found)


def test_a_rejection_is_an_entry_of_its_own(
    capsys: pytest.CaptureFixture[str], signed: dict[str, str]
) -> None:
    trail = ["--trail", signed["trail"], "--key", signed["key"]]
    code, found = answer(capsys, "sign", signed["report"], *trail, "--reject", "--note", "no")
    assert (code, found["action"]) == (0, "rejected")


def test_verify_looks_into_the_trail(
    capsys: pytest.CaptureFixture[str], signed: dict[str, str]
) -> None:
    trail = ["--hash-only", "--trail", signed["trail"], "--checkpoint", signed["checkpoint"]]
    assert answer(capsys, "verify", signed["report"], *trail)[0] == 0
    tamper(signed["trail"], "DELETE FROM entries WHERE number = 1")
    code, found = answer(capsys, "verify", signed["report"], *trail)
    assert code == 16
    assert found["differences"][0]["kind"] == "trail"
    assert answer(capsys, "trail", signed["trail"])[0] == 0
    assert answer(capsys, "trail", signed["trail"], "--checkpoint", signed["checkpoint"])[0] == 16


def test_a_report_that_was_edited_is_not_signed(
    capsys: pytest.CaptureFixture[str], signed: dict[str, str]
) -> None:
    path = Path(signed["report"])
    report = json.loads(path.read_text())
    report["results"][0]["value"] = 0.5
    path.write_text(json.dumps(report))
    assert main(["sign", str(path), "--trail", signed["trail"], "--key", signed["key"]]) == 2
    assert "was changed after it was made" in capsys.readouterr().err


def test_the_key_is_for_its_owner_alone_and_stays_the_same(files: dict[str, str]) -> None:
    first = load_key(files["key"])
    assert stat.S_IMODE(Path(files["key"]).stat().st_mode) == 0o600
    assert load_key(files["key"]).private_bytes_raw() == first.private_bytes_raw()
    assert pseudonym_key(first) != first.private_bytes_raw()
    Path(files["key"]).write_text("no key")
    with pytest.raises(TableError, match="holds no key"):
        load_key(files["key"])
    with pytest.raises(OutputError, match="cannot use the key"):
        load_key(Path(files["key"]) / "below")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["trail", "/nowhere/trail.db"], "there is no trail /nowhere/trail.db"),
        (["sign", "/nowhere/r.json", "--trail", "t.db"], "cannot read the report"),
        (["verify", "/nowhere/r.json"], "cannot read the report"),
    ],
)
def test_what_is_not_there_is_one_line(
    capsys: pytest.CaptureFixture[str], arguments: list[str], message: str
) -> None:
    assert main(arguments) == 2
    captured = capsys.readouterr()
    assert message in captured.err
    assert captured.err.count("\n") == 1
