"""The table beside every picture."""

from __future__ import annotations

from collections.abc import Collection, Iterable

import polars as pl
import streamlit as st

from audits.results import Result
from dashboard.components.figures import range_text, value_text
from dashboard.exports import has_formula, neutralise
from dashboard.i18n import Translator

__all__ = ["grid", "numbers_table", "result_row"]


def result_row(_: Translator, result: Result | None, **names: str) -> dict[str, str | int]:
    """Return one row: what it is about, then value, interval and n."""
    if result is None:
        return {**names, _("Value"): "–", _("95% interval"): "–", _("People (n)"): 0}
    return {
        **names,
        _("Value"): value_text(_, result),
        _("95% interval"): range_text(_, result),
        _("People (n)"): result.n,
    }


def grid(table: pl.DataFrame, *, wide: Collection[str] = (), whole: bool = False) -> None:
    """Draw a table; its own CSV button writes cells as they are, so none of them is a formula.

    A long one scrolls within itself, but for one that is drawn whole.
    """
    shown = neutralise(table.lazy()).collect() if has_formula(table) else table
    columns = {name: st.column_config.TextColumn(width="large") for name in wide}
    st.dataframe(
        shown,
        hide_index=True,
        column_config=columns,
        height="content" if whole else "auto",
    )


def numbers_table(rows: Iterable[dict[str, str | int]], title: str) -> None:
    """Draw the numbers of a picture behind a fold."""
    with st.expander(title, icon=":material/table:"):
        grid(pl.DataFrame(list(rows)))
