from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest

from engine.errors import TableError
from engine.sources import delimited
from engine.sources.own_files import load_files, read_table

LOG = pl.DataFrame(
    {
        "user_id": ["007", "8", "8"],
        "item_id": ["a", "b", "a"],
        "weight": ["5", "4", "3"],
        "timestamp": ["20", "10", "30"],
    }
)
WRITERS: dict[str, Callable[[pl.DataFrame, Path], None]] = {
    ".csv": lambda table, path: table.write_csv(path),
    ".tsv": lambda table, path: table.write_csv(path, separator="\t"),
    ".parquet": lambda table, path: table.write_parquet(path),
    ".jsonl": lambda table, path: table.write_ndjson(path),
}


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., Path]:
    def write(content: str | bytes, name: str = "log.csv") -> Path:
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return write


@pytest.mark.parametrize("ending", WRITERS)
def test_every_format_gives_the_same_data_set(tmp_path: Path, ending: str) -> None:
    path = tmp_path / f"log{ending}"
    WRITERS[ending](LOG, path)
    dataset = load_files(path)
    assert dataset.name == "log"
    assert dataset.user_ids == ("007", "8")
    assert dataset.interactions.select("item_id", "weight", "timestamp").rows() == [
        ("a", 5.0, 20),
        ("b", 4.0, 10),
        ("a", 3.0, 30),
    ]
    assert sorted(read_table(path).columns) == sorted(LOG.columns)


BAD_FILES = [
    ("a.csv", b"", "a.csv is empty", "at least one row"),
    ("a.csv", b"\n\n", "a.csv is empty", "at least one row"),
    ("a.csv", b"user_id,item_id\n", "a.csv has no rows", "at least one row"),
    ("a.csv", b"user_id;item_id\nu;a\n", "a.csv lacks the column(s) user_id, item_id", "--map"),
    ("a.csv", b"user_id,item_id\nu,a\nv,\xff\n", "a.csv, line 3 is not UTF-8", "save"),
    ("a.csv", "user_id\n".encode("utf-16"), "a.csv, line 1 is not UTF-8", "save"),
    ("a.csv", b"user_id,item_id\nu,a\nv\n", "a.csv:3, row 2 has 1 cell(s)", "Mend"),
    ("a.csv", b"user_id,item_id\nu,a\n\nv,a\n", "a.csv:3, row 2 has 0 cell(s)", "Mend"),
    ("a.csv", b"user_id,item_id\nu,a\nv,a,b\n", "a.csv:3, row 2 has 3 cell(s)", "Mend"),
    ("a.csv", b'user_id,item_id,x\n"u\nu",a,1\nv,a\n', "a.csv:4, row 2 has 2 cell(s)", "Mend"),
    ("a.csv", b'user_id,item_id\n"u,a\nv,b\n', "a.csv:2, row 1 has 1 cell(s)", "Mend"),
    ("a.csv", b"user_id,user_id\nu,a\n", "a.csv has two columns called user_id", "rename"),
    ("a.csv", b"user_id,item_id\nu,a\nv,\n", "a.csv:3, column item_id, row 2", "Mend"),
    ("a.csv", b'user_id,item_id,x\nu,a,"1\n2"\n,a,3\n', "a.csv, column user_id, row 2", "Mend"),
    ("a.csv", b"user_id,item_id,z\nu," + b"a" * 200_000 + b",\n", "a.csv:2 cannot be read", "Mend"),
    ("a.tsv", b"user_id\titem_id\tweight\nu\ta\thigh\n", "a.tsv:2, column weight, row 1", "Mend"),
    ("a.jsonl", b'{"user_id":"u","item_id":"a"}\n[1]\n', "a.jsonl:2, row 2 is not a JSON", "write"),
    ("a.jsonl", b'{"user_id":"u","item_id":"a"}\n{"user\n', "a.jsonl:2, row 2", "write"),
    ("a.jsonl", b'{"user_id":{"x":1}}\n{"user_id":{"y":[1]}}\n{"user_id":3}\n', "a.jsonl", ""),
    (
        "a.jsonl",
        b'{"user_id":"u","item_id":"a"}\n{"user_id":"v"}\n',
        "a.jsonl:2, column item_id",
        "",
    ),
    ("a.parquet", b"user_id,item_id\nu,a\n", "a.parquet is not a Parquet file", "save it as CSV"),
    ("a.xlsx", b"PK", "cannot tell what a.xlsx is", ".csv, .tsv, .parquet, .jsonl"),
    ("a", b"x", "cannot tell what a is", ".csv, .tsv, .parquet, .jsonl"),
]


@pytest.mark.parametrize(("name", "content", "where", "mend"), BAD_FILES)
def test_a_bad_file_is_named_with_place_and_mend(
    write: Callable[..., Path], name: str, content: bytes, where: str, mend: str
) -> None:
    with pytest.raises(TableError) as caught:
        load_files(write(content, name))
    message = str(caught.value)
    assert message.startswith(where), message
    assert mend in message
    assert len(message.splitlines()) == 1
    assert len(message) < 400


@pytest.mark.parametrize(("name", "content", "where", "mend"), BAD_FILES)
def test_however_it_is_cut_into_pieces_the_fault_is_the_same(
    write: Callable[..., Path],
    monkeypatch: pytest.MonkeyPatch,
    name: str,
    content: bytes,
    where: str,
    mend: str,
) -> None:
    monkeypatch.setattr(delimited, "_PIECE", 1)
    monkeypatch.setattr(delimited, "_TAIL", 3)
    test_a_bad_file_is_named_with_place_and_mend(write, name, content, where, mend)


def test_a_line_cut_off_at_the_end_is_found_before_anything_is_read(
    write: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write("user_id,item_id\n" + "u,a\n" * 50 + "v\n\n\n")
    monkeypatch.setattr(delimited.pl, "read_csv", None)
    with pytest.raises(TableError, match=r"^log\.csv:52, row 51 has 1 cell"):
        read_table(path)


def test_a_quoted_end_over_two_lines_is_no_fault(write: Callable[..., Path]) -> None:
    path = write('user_id,item_id\nu,a\nv,"b\nc"\n')
    assert read_table(path)["item_id"].to_list() == ["a", "b\nc"]


def test_what_cannot_be_opened_is_named(tmp_path: Path) -> None:
    (tmp_path / "folder.csv").mkdir()
    for name, reason in (("none.csv", "No such file"), ("folder.csv", "directory")):
        with pytest.raises(TableError, match=rf"{name} cannot be read: .*{reason}.* Give"):
            read_table(tmp_path / name)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("log.csv", "user_id,item_id\r\nu,a\r\nv,b\r\n\r\n"),
        ("log.jsonl", '{"user_id":"u","item_id":"a"}\r\n{"user_id":"v","item_id":"b"}\r\n'),
    ],
)
def test_a_mark_at_the_start_and_windows_lines_are_fine(
    write: Callable[..., Path], name: str, text: str
) -> None:
    assert load_files(write(text.encode("utf-8-sig"), name)).user_ids == ("u", "v")


def test_dates_and_seconds_are_both_times(write: Callable[..., Path]) -> None:
    log = load_files(write("user_id,item_id,timestamp\nu,a,1970-01-02\nu,b,5\n"))
    assert log.interactions["item_id"].to_list() == ["b", "a"]


def test_duplicates_are_refused_or_treated_as_asked(write: Callable[..., Path]) -> None:
    path = write("user_id,item_id,weight\nu,a,1\nv,a,1\nu,a,2\n")
    with pytest.raises(
        TableError, match=r"^log\.csv:4, rows 1 and 3 both hold user_id u, item_id a"
    ):
        load_files(path)
    assert load_files(path, duplicates="sum").interactions["weight"].to_list() == [3.0, 1.0]


def test_one_mapping_serves_three_files(write: Callable[..., Path]) -> None:
    dataset = load_files(
        write("uid,sku\nu,a\nv,b\n"),
        users=write("uid,age,zip\nu,30,01234\nv,,94043\n", "people.csv"),
        items=write("item_id,name,tags\na,Alpha,x|y\nb,,\n", "things.csv"),
        mapping={"user_id": "uid", "item_id": "sku", "title": "name", "categories": "tags"},
    )
    assert dataset.users.rows() == [("u", 30, "01234"), ("v", None, "94043")]
    items = dataset.items.select("item_id", "title", "categories")
    assert items.rows() == [("a", "Alpha", ["x", "y"]), ("b", "b", [])]


def test_an_item_the_catalogue_lacks_is_named_with_its_line(write: Callable[..., Path]) -> None:
    log = write("user_id,item_id\nu,a\nu,z\n")
    with pytest.raises(TableError, match=r"^log\.csv:3, column item_id, row 2: item z"):
        load_files(log, items=write("item_id\na\n", "items.csv"))


def test_a_mapped_column_beats_one_that_bears_our_name(write: Callable[..., Path]) -> None:
    path = write("item_id,sku,user_id\n1,a,u\n")
    table = read_table(path, mapping={"item_id": "sku"})
    assert table.rows(named=True) == [{"item_id": "a", "user_id": "u"}]
    swapped = read_table(path, mapping={"item_id": "user_id", "user_id": "item_id"})
    assert swapped.select("user_id", "item_id").row(0) == ("1", "u")


@pytest.mark.parametrize(
    ("mapping", "message"),
    [
        (
            {"user_id": "nobody"},
            "log.csv has no column nobody to map user_id to; it has item, user",
        ),
        ({"user_id": "user", "item_id": "user"}, "log.csv: the column user is mapped to both"),
    ],
)
def test_a_mapping_that_does_not_fit_is_refused(
    write: Callable[..., Path], mapping: dict[str, str], message: str
) -> None:
    path = write("user,item\nu,a\n")
    for read in (read_table, load_files):
        with pytest.raises(TableError) as caught:
            read(path, mapping=mapping)  # type: ignore[operator]
        assert str(caught.value).startswith(message)


def test_attributes_are_numbers_only_where_all_of_them_are(write: Callable[..., Path]) -> None:
    table = read_table(write("user_id,age,zip,height,code,none\n1,30,01234,1.5,7,\n2,,99,2,x,\n"))
    assert table.schema == {
        "user_id": pl.String,
        "age": pl.Int64,
        "zip": pl.String,
        "height": pl.Float64,
        "code": pl.String,
        "none": pl.String,
    }


def test_json_lists_and_numbers_keep_their_kind(write: Callable[..., Path]) -> None:
    rows = [
        {"item_id": 7, "categories": ["x", "y"], "year": 1999},
        {"item_id": 8, "categories": [], "year": None},
    ]
    items = write("\n".join(json.dumps(row) for row in rows), "items.jsonl")
    dataset = load_files(write("user_id,item_id\nu,7\n"), items=items)
    assert dataset.items.select("item_id", "categories", "year").rows() == [
        ("7", ["x", "y"], 1999),
        ("8", [], None),
    ]
