"""One change in a table of simulated rounds: its value, its interval, and whether that holds 0."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dashboard.i18n import Translator

__all__ = ["change_cell"]


def change_cell(row: Mapping[str, Any] | None, digits: int, _: Translator) -> str:
    """Return the words of a cell; a dash without a value, a question mark without an interval."""
    if row is None or row["value"] is None:
        return "–"
    value = _.signed(row["value"], digits=digits)
    if row["low"] is None:
        return f"? {value}"
    low, high = (_.signed(row[end], digits=digits) for end in ("low", "high"))
    # The mark stands in front: a cell that began with a sign would be taken for a formula.
    mark = "✱" if row["low"] > 0 or row["high"] < 0 else "○"
    return f"{mark} {value} ({low} – {high})"
