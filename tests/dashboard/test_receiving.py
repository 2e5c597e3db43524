"""What comes in is counted while it streams, and nothing beyond a cap is kept."""

from __future__ import annotations

import gzip
import io
import os
from pathlib import Path

import polars as pl
import pyarrow as pa
import pytest

from dashboard.uploads.limits import UploadLimits
from dashboard.uploads.receive import CHUNK, ending_of, receive
from dashboard.uploads.server_paths import open_on_server
from dashboard.uploads.tables import read_received
from engine.errors import AccessError, TableError

TABLE = b"user_id,item_id\n" + b"".join(b"u%d,i%d\n" % (n, n % 7) for n in range(200))
SMALL = UploadLimits(
    file_bytes=1_000_000,
    unpacked_bytes=4_000_000,
    rows=1_000,
    columns=20,
    cells=5_000,
    cell_bytes=500,
    line_bytes=5_000,
)


class Endless(io.RawIOBase):
    """A stream that never ends, and knows how much was asked of it."""

    def __init__(self, block: bytes) -> None:
        self.block, self.given = block, 0

    def read(self, size: int = -1) -> bytes:
        self.given += len(self.block[:size])
        return self.block[:size]


def packed(content: bytes, how: str) -> bytes:
    if how == "gz":
        return gzip.compress(content)
    return bytes(pa.compress(content, codec="zstd", asbytes=True))


@pytest.mark.parametrize("how", [None, "gz", "zst"])
def test_what_is_sent_arrives(how: str | None, tmp_path: Path) -> None:
    target = tmp_path / "interactions.csv"
    sent = TABLE if how is None else packed(TABLE, how)
    receive(io.BytesIO(sent), target, packed=how)
    assert target.read_bytes() == TABLE


def test_two_gzip_members_are_one_file(tmp_path: Path) -> None:
    target = tmp_path / "interactions.csv"
    receive(io.BytesIO(gzip.compress(TABLE) + gzip.compress(b"u,i\n")), target, packed="gz")
    assert target.read_bytes() == TABLE + b"u,i\n"


def test_a_stream_without_end_is_left_at_the_cap(tmp_path: Path) -> None:
    stream = Endless(b"u,i\n" * CHUNK)
    with pytest.raises(TableError, match="more than 1 MB"):
        receive(stream, tmp_path / "interactions.csv", limits=SMALL)
    assert stream.given <= SMALL.file_bytes + 2 * CHUNK
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("how", ["gz", "zst"])
def test_a_bomb_is_refused_before_it_goes_off(how: str, tmp_path: Path) -> None:
    bomb = packed(b"a,b\n" * 25_000_000, how)
    assert len(bomb) < SMALL.file_bytes
    with pytest.raises(TableError, match="unpacks to more than"):
        receive(io.BytesIO(bomb), tmp_path / "interactions.csv", packed=how, limits=SMALL)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("how", ["gz", "zst"])
@pytest.mark.parametrize("spoil", ["cut", "noise"])
def test_a_spoilt_archive_is_a_named_error(how: str, spoil: str, tmp_path: Path) -> None:
    whole = packed(os.urandom(3_000).hex().encode(), how)
    sent = whole[: len(whole) // 2] if spoil == "cut" else b"noise" + whole
    with pytest.raises(TableError, match="cannot be unpacked"):
        receive(io.BytesIO(sent), tmp_path / "users.csv", packed=how)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("content", "what"),
    [
        (b"a,b\n" + b"1,2\n" * 2_000, "rows"),
        (b",".join(b"c%d" % n for n in range(100)) + b"\n", "columns"),
        (b",".join(b"c%d" % n for n in range(20)) + b"\n" + (b"1," * 19 + b"1\n") * 300, "cells"),
        (b"a,b\n" + b"x" * 6_000 + b",1\n", "is a quote never closed"),
        (b"x" * 600_000, "is a quote never closed"),
    ],
)
def test_a_table_of_the_wrong_shape_is_refused(content: bytes, what: str, tmp_path: Path) -> None:
    with pytest.raises(TableError, match=what):
        receive(io.BytesIO(content), tmp_path / "items.csv", limits=SMALL)
    assert list(tmp_path.iterdir()) == []


def test_parquet_is_refused_by_its_footer(tmp_path: Path) -> None:
    sent = io.BytesIO()
    pl.DataFrame({"user_id": ["u"] * 5_000, "item_id": ["i"] * 5_000}).write_parquet(sent)
    sent.seek(0)
    with pytest.raises(TableError, match="5000 rows"):
        receive(sent, tmp_path / "interactions.parquet", limits=SMALL)
    with pytest.raises(TableError, match="not a Parquet file"):
        receive(io.BytesIO(b"PAR1 nothing PAR1"), tmp_path / "interactions.parquet")


def test_a_huge_cell_and_nested_lists_are_named(tmp_path: Path) -> None:
    path = tmp_path / "items.csv"
    path.write_bytes(b"item_id,title\ni1,short\ni2," + b"x" * 600 + b"\n")
    with pytest.raises(TableError, match=r"items\.csv, column title, row 2"):
        read_received(path, "items", SMALL)
    deep = tmp_path / "items.parquet"
    pl.DataFrame({"item_id": ["i1"], "deep": [[[["a"]]]]}).write_parquet(deep)
    with pytest.raises(TableError, match="column deep holds lists within lists"):
        read_received(deep, "items", SMALL)


@pytest.mark.parametrize(
    "name",
    [
        "x.exe",
        "csv",
        "",
        ".gz",
        "x.pkl.gz",
        "x.csv.zip",
        "../../etc/passwd",
        "x.npz",
        "a.csv\x00.pt",
    ],
)
def test_what_is_no_table_is_refused_by_name(name: str) -> None:
    with pytest.raises(TableError, match="save it as one of them"):
        ending_of(name)


@pytest.fixture
def shared(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "shared"
    (folder / "below").mkdir(parents=True)
    (folder / "below" / "log.csv").write_bytes(TABLE)
    (tmp_path / "secret.csv").write_text("secret")
    (folder / "link.csv").symlink_to(tmp_path / "secret.csv")
    (folder / "way").symlink_to(tmp_path)
    os.mkfifo(folder / "pipe.csv")
    monkeypatch.setenv("RECSCOPE_SHARED", str(folder))
    return folder


def test_a_file_below_the_shared_folder_is_read(shared: Path) -> None:
    with open_on_server("below/log.csv") as stream:
        assert stream.read() == TABLE


@pytest.mark.parametrize(
    "said",
    [
        "../secret.csv",
        "below/../../secret.csv",
        "/etc/passwd",
        "//etc/passwd",
        "link.csv",
        "way/secret.csv",
        "pipe.csv",
        "below",
        "",
        ".",
        "below/",
        "..\\secret.csv",
        "\\\\server\\share\\x.csv",
        "C:secret.csv",
        "file:///etc/passwd",
        "below/log.csv\x00.csv",
        "below/\u2024\u2024/x.csv",
        "\uff0e\uff0e/secret.csv",
        ".hidden.csv",
        "nothing.csv",
    ],
)
def test_no_path_leads_out_of_the_shared_folder(said: str, shared: Path) -> None:
    with pytest.raises(AccessError, match="folder that this server opens"):
        open_on_server(said)


def test_a_server_without_a_shared_folder_reads_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("RECSCOPE_SHARED", raising=False)
    with pytest.raises(AccessError, match="opens no folder"):
        open_on_server("log.csv")
