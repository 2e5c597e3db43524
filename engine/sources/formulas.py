"""Text that a spreadsheet would run, and how it looks once it was made harmless."""

from __future__ import annotations

import polars as pl

__all__ = ["NUMBER", "RISKY", "restore"]

_FIRST = r"[=+\-@\t\r\n\x00＝＋－＠]"
RISKY = rf"^'*{_FIRST}"
NUMBER = r"^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$"


def restore(table: pl.DataFrame) -> pl.DataFrame:
    """Take away the one ' that an export puts in front of such text.

    Examples
    --------
    >>> restore(pl.DataFrame({"user_id": ["'=a", "'tis", "b"]}))["user_id"].to_list()
    ['=a', "'tis", 'b']
    """
    text = pl.col(pl.String)
    marked = text.str.contains(rf"^'+{_FIRST}")
    plain = table.with_columns(pl.when(marked).then(text.str.slice(1)).otherwise(text).name.keep())
    names = pl.Series(table.columns, dtype=pl.String)
    found = names.filter(names.str.contains(rf"^'+{_FIRST}")).to_list()
    return plain.rename({name: name[1:] for name in found if name[1:] not in table.columns})
