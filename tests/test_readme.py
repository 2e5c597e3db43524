"""The README's commands print what the README says they print."""

from __future__ import annotations

import doctest
import re
import shlex
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from dashboard.cli import main
from tests.provenance import ROOT

README = (ROOT / "README.md").read_text(encoding="utf-8")
ANYTHING = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE


def _blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", README, flags=re.MULTILINE | re.DOTALL)


def _shown() -> list[tuple[str, str]]:
    """Every `$ recscope …` of the console blocks, with what stands below it.

    The hash is left open: another processor may differ in the tenth digit.
    """
    open_hash = re.sub(r"hash [0-9a-f]{64}", "hash …", "\n".join(_blocks("console")))
    pieces = re.split(r"^\$ ", open_hash, flags=re.M)
    pairs = [piece.partition("\n")[::2] for piece in pieces if piece.startswith("recscope ")]
    return [(command.strip(), told.strip().replace("…", "...")) for command, told in pairs]


def _write_foreign_files() -> None:
    """Write a shop's files into this folder, with its own names of columns."""
    rng = np.random.default_rng(7)
    skus = [f"s{number}" for number in range(40)]
    taken = {f"c{number}": rng.permutation(skus) for number in range(60)}

    def write(name: str, first: int, last: int, **further: list[int]) -> None:
        rows = [(who, sku) for who, order in taken.items() for sku in order[first:last]]
        frame = pl.DataFrame(rows, schema=["customer", "sku"], orient="row")
        frame.with_columns(**{key: pl.Series(value) for key, value in further.items()}).write_csv(
            name
        )

    write("history.csv", 0, 8)
    write("later.csv", 8, 12)
    write("shown.csv", 9, 20, rank=list(range(1, 12)) * len(taken))
    people = {
        "customer": list(taken),
        "plan": rng.choice(["free", "paid"], len(taken)),
        "region": rng.choice(["north", "south"], len(taken)),
    }
    pl.DataFrame(people).write_csv("people.csv")
    kinds = rng.choice(["a", "b", "a|c"], len(skus))
    pl.DataFrame({"sku": skus, "categories": kinds}).write_csv("catalogue.csv")


def test_the_tour_has_commands() -> None:
    assert len(_shown()) >= 3


@pytest.mark.parametrize(("command", "told"), _shown(), ids=[c for c, _ in _shown()])
def test_the_tour_prints_what_it_shows(
    command: str, told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    code = main(shlex.split(command)[1:])
    printed = capsys.readouterr().out.strip()

    assert code == 0
    assert doctest.OutputChecker().check_output(told, printed, ANYTHING), printed


def test_your_own_log_in_five_lines_is_audited(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Files of another system, with the names of columns that the README maps."""
    monkeypatch.chdir(tmp_path)
    _write_foreign_files()
    (command,) = [block for block in _blocks("sh") if "--held-out" in block]
    code = main(shlex.split(command.replace("\\\n", " "))[1:])

    assert code == 0
    assert "by plan" in capsys.readouterr().out
    assert (tmp_path / "report.json").exists()
