"""Tables that leave as CSV or XLSX: no cell of them is a formula (CWE-1236).

A spreadsheet runs a cell that begins with = + - @ or a control sign. Text from data that begins so
gets a ' in front, in cells and in names of columns; text that is a number stays one. Our own reader
takes one such ' away again, so that ids survive the way out and back.
"""

from __future__ import annotations

import io
from importlib import import_module
from typing import Any

import polars as pl

from engine.errors import CapabilityError
from engine.sources.formulas import NUMBER, RISKY

__all__ = ["neutralise", "to_csv", "to_xlsx"]

XLSX_SAFE = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}


def neutralise(table: pl.LazyFrame) -> pl.LazyFrame:
    """Put a ' in front of text that a spreadsheet would run.

    Examples
    --------
    >>> neutralise(pl.LazyFrame({"title": ["=1+1", "-5", "Alien"]})).collect()["title"].to_list()
    ["'=1+1", '-5', 'Alien']
    """
    text = pl.col(pl.String)
    risky = text.str.contains(RISKY) & ~text.str.contains(NUMBER)
    names = table.collect_schema().names()
    safe = table.with_columns(pl.when(risky).then(pl.lit("'") + text).otherwise(text).name.keep())
    heads = pl.Series(names, dtype=pl.String)
    return safe.rename(
        {name: f"'{name}" for name in heads.filter(heads.str.contains(RISKY)).to_list()}
    )


def to_csv(table: pl.DataFrame) -> str:
    """Return a table as CSV that no spreadsheet runs."""
    return neutralise(table.lazy()).collect().write_csv()


def to_xlsx(table: pl.DataFrame, *, name: str = "recscope") -> bytes:
    """Return a table as an XLSX file with one sheet; text stays text, numbers stay numbers.

    Raises
    ------
    CapabilityError
        The package xlsxwriter is not installed.
    """
    try:
        xlsxwriter = import_module("xlsxwriter")
    except ImportError as error:
        raise CapabilityError(
            "XLSX needs the package xlsxwriter; install recscope[xlsx], or write CSV"
        ) from error
    safe = neutralise(table.lazy()).collect()
    file = io.BytesIO()
    book: Any = xlsxwriter.Workbook(file, {"in_memory": True, **XLSX_SAFE})
    sheet = book.add_worksheet(name[:31])
    sheet.write_row(0, 0, safe.columns)
    for row, cells in enumerate(safe.iter_rows(), start=1):
        for column, cell in enumerate(cells):
            _write(sheet, row, column, cell)
    book.close()
    return file.getvalue()


def _write(sheet: Any, row: int, column: int, cell: object) -> None:
    if isinstance(cell, bool | int | float) and cell == cell and abs(cell) != float("inf"):
        sheet.write(row, column, cell)
    elif cell is not None:
        sheet.write_string(row, column, str(cell))
