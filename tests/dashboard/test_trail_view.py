"""What the report page says of a trail."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from tests.dashboard.apptest import page
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
