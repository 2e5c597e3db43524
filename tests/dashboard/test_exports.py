"""No cell that leaves is a formula, and what comes back is what went out."""

import io
import zipfile
from pathlib import Path
from xml.etree import ElementTree

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dashboard.commands.output import sink_table, write_table
from dashboard.exports import neutralise, to_csv, to_xlsx
from engine.sources.own_files import read_table

SIGNS = "=+-@\t\r\n＝＋－＠"
HOSTILE = [
    '=HYPERLINK("http://x","y")',
    "+1+cmd|' /C calc'!A0",
    "-2+3",
    "@SUM(1)",
    "\t=1",
    "＝1",
    "'=already",
    "''@twice",
]
PLAIN = ["Alien", "-5", "+3.5e-2", "'tis", "a=b", "007", "http://a.example"]
TEXT = st.text(
    st.one_of(
        st.sampled_from(SIGNS + "'"), st.characters(codec="utf-8", exclude_characters="\x00")
    ),
    max_size=8,
)


def runs(cell: str) -> bool:
    """A spreadsheet would run it: it begins with such a sign and is no number."""
    if not cell or cell[0] not in SIGNS:
        return False
    try:
        float(cell)
    except ValueError:
        return True
    return False


@settings(max_examples=200, deadline=None)
@given(st.lists(TEXT, min_size=1, max_size=6))
def test_no_cell_runs_and_text_comes_back(cells):
    table = pl.DataFrame({"title": cells, "value": [-1.5] * len(cells)})
    safe = neutralise(table.lazy()).collect()
    assert not any(runs(cell) for cell in safe["title"])
    assert safe["value"].to_list() == table["value"].to_list()
    for cell, out in zip(cells, safe["title"], strict=True):
        assert out in (cell, f"'{cell}")


@pytest.mark.parametrize("write", [write_table, lambda table, path: sink_table(table.lazy(), path)])
def test_ids_survive_the_way_out_and_back(write, tmp_path: Path):
    table = pl.DataFrame({"user_id": HOSTILE + PLAIN, "item_id": PLAIN + HOSTILE})
    write(table, tmp_path / "t.csv")
    text = (tmp_path / "t.csv").read_text()
    assert not any(runs(cell.strip('"')) for line in text.splitlines() for cell in line.split(","))
    assert read_table(tmp_path / "t.csv").equals(table)


def test_names_of_columns_are_cells_too():
    assert to_csv(pl.DataFrame({"=cmd": [1]})).splitlines()[0] == "'=cmd"


def test_numbers_stay_numbers_and_text_stays_text_in_xlsx():
    table = pl.DataFrame({"title": [*HOSTILE, "-5"], "value": [-1.5] * 8 + [float("nan")]})
    book = zipfile.ZipFile(io.BytesIO(to_xlsx(table)))
    sheet = ElementTree.fromstring(book.read("xl/worksheets/sheet1.xml"))
    space = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
    cells = sheet.findall(f".//{space}c")
    assert not sheet.findall(f".//{space}f")
    assert not sheet.findall(f".//{space}hyperlink")
    kinds = [cell.get("t") for cell in cells if str(cell.get("r")).startswith("A")]
    assert set(kinds) == {"s"}
    numbers = [cell for cell in cells if str(cell.get("r")).startswith("B") and not cell.get("t")]
    assert [float(str(cell.findtext(f"{space}v"))) for cell in numbers] == [-1.5] * 8
    shared = ElementTree.fromstring(book.read("xl/sharedStrings.xml"))
    texts = [text.text or "" for text in shared.iter(f"{space}t")]
    assert not any(runs(text) for text in texts)


def test_nothing_else_writes_csv():
    """One exporter: whoever writes a table for people goes through it."""
    root = Path(__file__).parents[2]
    allowed = {"exports.py", "output.py", "planted.py"}
    for package in ("engine", "audits", "dashboard"):
        for file in (root / package).rglob("*.py"):
            words = ("write_csv", "sink_csv", "to_csv(path", "csv.writer", "write_excel")
            if file.name not in allowed:
                text = file.read_text(encoding="utf-8")
                assert not any(word in text for word in words), file


def test_no_page_draws_a_grid():
    """A grid has a CSV button of its own that writes formulas, and hides columns on a phone."""
    dashboard = Path(__file__).parents[2] / "dashboard"
    drawing = [
        file.name
        for file in dashboard.rglob("*.py")
        for word in ("st.dataframe(", "st.table(", "st.data_editor(")
        if word in file.read_text(encoding="utf-8")
    ]
    assert drawing == []
