"""Promises of the repository itself: sizes, version, and that what it tells people is true."""

from __future__ import annotations

import ast
import os
import re
import tomllib
from pathlib import Path

import pytest

from tests.provenance import ROOT

PACKAGES = ("engine", "audits", "dashboard")
SOURCES = sorted(path for name in (*PACKAGES, "tests") for path in (ROOT / name).rglob("*.py"))
MOST_LINES = 400
MOST_FUNCTION_LINES = 60


def _read(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_files_and_functions_are_short(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    functions = [n for n in ast.walk(ast.parse(text)) if isinstance(n, ast.FunctionDef)]
    long = [f.name for f in functions if (f.end_lineno or 0) - f.lineno >= MOST_FUNCTION_LINES]

    assert text.count("\n") <= MOST_LINES
    assert not long


def test_version_is_the_newest_in_the_changelog() -> None:
    version = tomllib.loads(_read("pyproject.toml"))["project"]["version"]
    released = re.findall(r"^## \[(\d+\.\d+\.\d+)\]", _read("CHANGELOG.md"), flags=re.MULTILINE)

    assert released[0] == version


def test_the_readme_commands_exist_and_ci_runs_the_same_tests() -> None:
    told = set(re.findall(r"^make (\w+)", _read("README.md"), flags=re.MULTILINE))
    targets = set(re.findall(r"^(\w+):", _read("Makefile"), flags=re.MULTILINE))
    runs = re.findall(r"^make (.+)$", _read(".ci/run"), flags=re.MULTILINE)

    assert {"app", "test"} <= told <= targets
    assert runs == ["check test"]


def test_ci_can_be_run_as_it_is() -> None:
    assert os.access(ROOT / ".ci" / "run", os.X_OK)


def test_readme_links_lead_somewhere() -> None:
    for document in ("README.md", "CONTRIBUTING.md", "SECURITY.md"):
        targets = re.findall(r"\]\((?!https?:|#|mailto:)([^)#]+)", _read(document))
        missing = [target for target in targets if not (ROOT / target).exists()]
        assert not missing, document
