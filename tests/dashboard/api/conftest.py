"""Folders of one's own, a list of people, and commands that learn as pages do."""

from __future__ import annotations

from hashlib import sha256
from importlib import import_module
from pathlib import Path

import pytest

from dashboard import loaders
from dashboard.access.roster import PEOPLE
from dashboard.jobs import keeper
from tests.dashboard.api.scene import ROLES, TOKENS


@pytest.fixture(autouse=True)
def _own_folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep the jobs of these tests to themselves, and let no worker start."""
    monkeypatch.setenv("RECSCOPE_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("RECSCOPE_DATA", str(tmp_path / "data"))
    monkeypatch.setattr(keeper, "tend", lambda: None)


@pytest.fixture
def _people(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    people = [f'"{name}@example.org" = "{role}"' for name, role in ROLES.items()]
    tokens = [
        f'"{sha256(token.encode()).hexdigest()}" = "{name}@example.org"'
        for name, token in TOKENS.items()
    ]
    file = tmp_path / "people.toml"
    file.write_text("\n".join(["[people]", *people, "[tokens]", *tokens]), encoding="utf-8")
    monkeypatch.setenv(PEOPLE, str(file))


@pytest.fixture
def _commands_learn_as_pages_do(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the commands learn from what the pages and the API learn from."""
    train = loaders.split("planted", 7).train
    for name in ("recommend", "explain", "justify"):
        module = import_module(f"dashboard.commands.{name}")
        monkeypatch.setattr(module, "load_training", lambda _args: train)
