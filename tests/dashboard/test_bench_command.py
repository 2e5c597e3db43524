"""`recscope bench`: what it runs, and where it cannot."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from dashboard.cli import main
from dashboard.commands import bench

FAKE = """
import json, pathlib, sys
pathlib.Path(__file__).with_name("results.json").write_text(json.dumps({"a": 1, "b": 2}))
print("ran", *sys.argv[1:])
"""


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(bench, "ROOT", tmp_path)
    return tmp_path


def _checkout(root: Path) -> None:
    (root / "tests" / "benchmarks").mkdir(parents=True)
    for folder in (root / "tests", root / "tests" / "benchmarks"):
        (folder / "__init__.py").touch()
    (root / "tests" / "benchmarks" / "__main__.py").write_text(FAKE, encoding="utf-8")


def test_the_named_ones_run_and_their_figures_alone_are_printed(
    root: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    _checkout(root)
    monkeypatch.setenv("PYTHONPATH", str(root))
    assert main(["bench", "b", "--json"]) == 0
    printed = capfd.readouterr()
    assert json.loads(printed.out) == {"b": 2}
    assert printed.err == "ran b\n"


def test_without_the_repository_one_line_says_so(
    root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["bench"]) == 2
    assert capsys.readouterr().err.count("\n") == 1


def test_an_unknown_benchmark_is_named(capfd: pytest.CaptureFixture[str]) -> None:
    assert main(["bench", "nothing"]) == 2
    printed = capfd.readouterr()
    assert printed.out == ""
    assert printed.err.startswith("no benchmark nothing; there are big_log, ")
