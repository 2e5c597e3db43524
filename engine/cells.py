"""What a cell of each kind may hold, and how it is brought to one type."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Literal

import polars as pl

__all__ = ["EXPECTED", "Kind", "bad_cells", "convert"]

Kind = Literal["id", "number", "time", "text", "rank", "probability", "categories"]

_TYPES: dict[Kind, pl.DataType] = {
    "id": pl.String(),
    "number": pl.Float64(),
    "time": pl.Int64(),
    "text": pl.String(),
    "rank": pl.Int64(),
    "probability": pl.Float64(),
    "categories": pl.List(pl.String()),
}
EXPECTED: dict[Kind, str] = {
    "id": "an id",
    "number": "a finite number",
    "time": "a whole number of seconds since 1970, or an ISO date",
    "text": "text",
    "rank": "a whole number from 1",
    "probability": "a number above 0 and at most 1",
    "categories": "names separated by |",
}


def convert(values: pl.Series, kind: Kind) -> pl.Series:
    """Return the cells as the type of their kind; what cannot be read as that is null.

    Examples
    --------
    >>> convert(pl.Series(["1970-01-02", "9", "soon"]), "time").to_list()
    [86400, 9, None]
    """
    if kind == "categories":
        return _name_lists(values)
    if values.dtype.is_nested():
        return pl.Series(values.name, [None] * len(values), dtype=_TYPES[kind])
    if kind == "time":
        return _seconds(values)
    if kind == "id" and values.dtype.is_float():
        values = _whole_ids(values)
    return values.cast(_TYPES[kind], strict=False)


def _name_lists(values: pl.Series) -> pl.Series:
    if not isinstance(values.dtype, pl.List):
        values = values.cast(pl.String, strict=False).str.split("|")
    named = pl.element().is_not_null() & (pl.element() != "")
    lists = values.cast(pl.List(pl.String)).list.eval(pl.element().filter(named))
    return lists.fill_null(pl.Series([[]], dtype=pl.List(pl.String)))


def _seconds(values: pl.Series) -> pl.Series:
    if values.dtype.is_temporal():
        return values.cast(pl.Datetime("us"), strict=False).dt.epoch("s")
    seconds = values.cast(pl.Int64, strict=False)
    numbers = values.cast(pl.Float64, strict=False)
    seconds = seconds.fill_null(numbers.cast(pl.Int64, strict=False))
    # Beyond 2**53 floats skip whole numbers, so the comparison is made only where it can tell.
    fraction = (numbers % 1 != 0).fill_null(False)
    seconds = seconds.set(fraction, None)
    if values.dtype == pl.String and seconds.has_nulls():
        return seconds.fill_null(pl.Series([_iso_seconds(text) for text in values], dtype=pl.Int64))
    return seconds


def _iso_seconds(text: str | None) -> int | None:
    try:
        moment = datetime.fromisoformat((text or "").strip())
    except ValueError:
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return int(moment.timestamp())


def _whole_ids(ids: pl.Series) -> pl.Series:
    """Ids that a reader took for floats because one cell was empty: 7.0 is the id 7."""
    numbers = ids.fill_nan(None)
    if (numbers.drop_nulls() % 1 == 0).all():
        return numbers.cast(pl.Int64, strict=False)
    return numbers


def bad_cells(before: pl.Series, after: pl.Series, kind: Kind) -> pl.Series:
    """Return where a cell, before and after `convert`, is not what its kind asks for."""
    if kind in ("text", "categories"):
        return before.is_not_null() & after.is_null()
    if kind == "id":
        return after.is_null() | after.str.strip_chars().is_in(["", "nan", "NaN", "null", "None"])
    if kind == "probability":
        return before.is_not_null() & ~((after > 0) & (after <= 1)).fill_null(False)
    if kind == "rank":
        whole = before.cast(pl.Float64, strict=False) == after.cast(pl.Float64)
        return ~((after >= 1) & whole).fill_null(False)
    if kind == "number":
        return ~after.is_finite().fill_null(False)
    return after.is_null()
