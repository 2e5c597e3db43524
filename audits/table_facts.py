"""What a report says of the tables it rests on: how many rows, which columns, which period."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import UTC, datetime

import polars as pl

from audits.log_blocks import LogBlocks

__all__ = ["Fact", "table_facts"]

Fact = str | int | None


def table_facts(table: pl.DataFrame | LogBlocks) -> Mapping[str, Fact]:
    """Return rows, columns, a hash of names and types, and first and last day where there is one.

    Examples
    --------
    >>> facts = table_facts(pl.DataFrame({"user_id": ["u"], "timestamp": [86_400]}))
    >>> facts["rows"], facts["columns"], facts["first"], facts["last"]
    (1, 'user_id, timestamp', '1970-01-02', '1970-01-02')
    """
    if isinstance(table, LogBlocks):
        rows, schema = table.shape()
        return _facts(rows, schema, None, None)
    schema = {name: str(dtype) for name, dtype in table.schema.items()}
    if "timestamp" not in schema or not table["timestamp"].dtype.is_integer():
        return _facts(table.height, schema, None, None)
    times = table["timestamp"].drop_nulls()
    ends = [] if times.is_empty() else [_day(int(str(times.min()))), _day(int(str(times.max())))]
    return _facts(table.height, schema, *(ends or (None, None)))


def _facts(
    rows: int, schema: Mapping[str, str], first: str | None, last: str | None
) -> Mapping[str, Fact]:
    text = "\n".join(f"{name}:{kind}" for name, kind in schema.items())
    return {
        "rows": rows,
        "columns": ", ".join(schema),
        "schema_sha256": hashlib.sha256(text.encode()).hexdigest(),
        "first": first,
        "last": last,
    }


def _day(seconds: int) -> str | None:
    try:
        return datetime.fromtimestamp(seconds, UTC).date().isoformat()
    except (OverflowError, ValueError, OSError):
        return None
