"""What the report page says of a trail."""

from __future__ import annotations

import sqlite3
import time
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest

from audits.ledger import Ledger
from dashboard.components import trail_reading
from engine.errors import OutputError
from tests.dashboard.apptest import page, tables
from tests.evidence.trail_faults import apply_fault, make_trail


def test_a_trail_that_was_tampered_with_is_said_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "trail.db"
    monkeypatch.setenv("RECSCOPE_TRAIL", str(path))
    make_trail(path, 3)
    apply_fault(path, "edit", np.random.default_rng(0))
    app = page("report", rate=0.0, presets=[])
    assert "tampered with" in app.error[0].value


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_trail_that_is_held_is_said_within_seconds_and_comes_back(
    language: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "trail.db"
    monkeypatch.setenv("RECSCOPE_TRAIL", str(path))
    monkeypatch.setattr(trail_reading, "_PATIENCE", 0.2)
    make_trail(path, 3)
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        begun = time.monotonic()
        app = page("trail", language=language)
        assert time.monotonic() - begun < 10
        assert not app.error
        told = "held by another program" if language == "en" else "被其他程序占用"
        assert told in app.warning[0].value.replace("\\", "")
        other.execute("ROLLBACK")
    app.run()
    assert not app.warning
    assert len(tables(app)[0]) == 3


def test_a_held_trail_is_not_called_tampered_with_by_whoever_reads_it(tmp_path: Path) -> None:
    path = tmp_path / "trail.db"
    make_trail(path, 3)
    ledger = Ledger(path, patience=0.05)
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        for read in (ledger.entries, ledger.rows):
            with pytest.raises(OutputError, match="held by another program; nothing is lost"):
                read()
    assert len(ledger.entries()) == 3
