"""Names beside an axis: long ones in lines, so that a narrow picture has room for what it shows."""

from __future__ import annotations

from textwrap import wrap
from typing import Any
from unicodedata import east_asian_width

import altair as alt
import polars as pl

__all__ = ["in_lines", "name_axis"]

LETTERS = 22
# As wide as a line of the widest letters; Streamlit's theme would cut names at 100.
MOST_PIXELS = 170
# The whole of a name stands in the table and the hover.
FIRST_LINES = "slice(split(datum.label, '\\n'), 0, 3)"


def name_axis(**look: Any) -> alt.Axis:
    """Return the axis beside which names in lines stand."""
    return alt.Axis(
        labelExpr=FIRST_LINES, labelLimit=MOST_PIXELS, ticks=False, domain=False, **look
    )


def in_lines(column: str) -> pl.Expr:
    r"""Return the column with its names broken into lines; a Chinese sign is two letters wide.

    Examples
    --------
    >>> frame = pl.DataFrame({"group": ["A (n = 150)", "what the item gets whoever asks"]})
    >>> frame.select(in_lines("group"))["group"].to_list()
    ['A (n = 150)', 'what the item gets\nwhoever asks']
    """
    return pl.col(column).map_elements(_broken, return_dtype=pl.String)


def _broken(name: str) -> str:
    is_wide = any(east_asian_width(sign) in "WF" for sign in name)
    return "\n".join(wrap(name, LETTERS // 2 if is_wide else LETTERS)) or name
