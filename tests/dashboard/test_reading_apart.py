"""A file that was made to hurt hurts the process that reads it, and nothing else."""

from __future__ import annotations

import io
import os
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from dashboard.uploads import apart
from dashboard.uploads.apart import read_apart
from dashboard.uploads.limits import LIMITS
from dashboard.uploads.tables import read_received
from engine.errors import OutputError, TableError
from tests.provenance import ROOT

TABLE = b"user_id,item_id,weight\n" + b"".join(b"0%d,i%d,1\n" % (n, n % 7) for n in range(300))


@pytest.fixture(autouse=True)
def _own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))


@pytest.mark.parametrize("ending", ["csv", "parquet"])
def test_what_is_read_apart_is_what_is_read_here_and_leaves_nothing(
    ending: str, tmp_path: Path
) -> None:
    kept = tmp_path / f"interactions.{ending}"
    kept.write_bytes(TABLE)
    if ending == "parquet":
        pl.DataFrame({"user_id": ["007"], "item_id": ["i"], "of": [[1, 2]]}).write_parquet(kept)
    here = read_received(kept, "interactions")
    there = read_apart(io.BytesIO(kept.read_bytes()), f"../../My file.{ending}", "interactions")
    assert there.frame.equals(here.frame)
    assert (there.kind, there.origin) == (here.kind, here.origin)
    kept.unlink()
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"user_id,item_id\na\n", "interactions.csv:2, row 1 has 1 cell"),
        (b"", "interactions.csv is empty"),
        (b"\xff\xfe\x00", "is not UTF-8"),
    ],
)
def test_what_is_wrong_is_told_as_if_it_were_read_here(content: bytes, told: str) -> None:
    with pytest.raises(TableError, match=told):
        read_apart(io.BytesIO(content), "x.csv", "interactions")


def test_a_file_is_taken_in_no_further_than_the_cap() -> None:
    class Endless(io.RawIOBase):
        given = 0

        def read(self, size: int = -1) -> bytes:
            self.given += size
            return b"x" * size

    sent = Endless()
    with pytest.raises(TableError, match="more than 1 MB"):
        read_apart(sent, "x.csv", "users", limits=replace(LIMITS, file_bytes=1_000_000))  # type: ignore[arg-type]
    assert sent.given < 2_000_000


def test_too_much_memory_ends_the_reading_alone() -> None:
    with pytest.raises(TableError, match="more than 30 MB of memory"):
        read_apart(
            io.BytesIO(TABLE), "x.csv", "users", limits=replace(LIMITS, memory_bytes=3 * 10**7)
        )


def test_too_much_time_ends_the_reading_alone() -> None:
    with pytest.raises(TableError, match="more than 0 seconds"):
        read_apart(io.BytesIO(TABLE), "x.csv", "users", limits=replace(LIMITS, seconds=0))


def test_a_reader_that_dies_is_told_in_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(apart.sys, "executable", "/bin/false")
    with pytest.raises(TableError, match="ended the process that read it"):
        read_apart(io.BytesIO(TABLE), "x.csv", "users")


def test_a_full_disk_is_told_in_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    real = Path.open

    def full(path: Path, *args: Any, **kwargs: Any) -> Any:
        if path.name == apart.SENT:
            raise OSError(28, os.strerror(28))
        return real(path, *args, **kwargs)

    monkeypatch.setattr(Path, "open", full)
    with pytest.raises(OutputError, match="no room to receive the file: No space left"):
        read_apart(io.BytesIO(TABLE), "x.csv", "users")
