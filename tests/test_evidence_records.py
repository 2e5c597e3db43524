"""What is written down about proofs: complete, current, and plain when a claim fails."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.models.registry import MODELS
from tests.evidence.__main__ import FOLDER, HARNESS
from tests.evidence.records import headline, read_records, write_record, write_table
from tests.evidence.tuning import SEARCHES, tuning_text
from tests.provenance import provenance

PROOFS = sorted(path.stem for path in FOLDER.glob("*.py") if path.stem not in HARNESS)


@pytest.mark.parametrize("name", PROOFS)
def test_every_proof_has_its_record_and_its_row(name: str) -> None:
    table = (FOLDER / "README.md").read_text(encoding="utf-8")

    assert (FOLDER / f"{name}.json").exists()
    assert f"| [{name}]({name}.json) |" in table


def test_a_claim_that_fails_is_said_to_fail(tmp_path: Path) -> None:
    record = {"name": "p", "shows": "Shows.", "seconds": 1, **provenance(), "share": 0.5}
    write_record(tmp_path, {**record, "holds": False})
    write_table(tmp_path, read_records(tmp_path))

    assert "DOES NOT HOLD: share 0.5" in (tmp_path / "README.md").read_text(encoding="utf-8")
    assert headline({**record, "holds": True}) == "share 0.5"


def test_every_model_stands_in_the_file_of_settings_with_the_search_that_chose_them() -> None:
    text = (FOLDER / "TUNING.md").read_text(encoding="utf-8")

    assert text == tuning_text(read_records(FOLDER))
    for name in MODELS:
        (row,) = (line for line in text.splitlines() if line.startswith(f"| {name} |"))
        assert row.endswith(f"({SEARCHES[name]}.json) |" if name in SEARCHES else "| none |")
