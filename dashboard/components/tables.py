"""The table beside every picture: plain text in a table that a phone and a screen reader take.

A grid of Streamlit's is a picture that scrolls sideways: on a phone its values and intervals are
out of sight, and nothing reads it aloud. Ours is a table whose cells break their lines; on a narrow
screen, a row that has too much to say becomes a block in which each value follows its name (see
`theme/app.css`).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape
from unicodedata import east_asian_width

import polars as pl
import streamlit as st

from audits.results import Result
from dashboard.components.figures import range_text, value_text
from dashboard.exports import to_csv
from dashboard.i18n import Translator

__all__ = ["grid", "is_slim", "numbers_table", "result_row"]

# More rows scroll within the table.
MOST_ROWS = 12
# What the columns after the first may take on a phone, in letters; the first has the rest.
MOST_LETTERS = 28
MOST_SLIM = 4
# A longer word, as a hash is one, may break anywhere.
LONGEST_WORD = 24


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


def grid(table: pl.DataFrame, *, whole: bool = False) -> None:
    """Draw a table; a long one scrolls within itself, but for one that is drawn ``whole``."""
    names, rows = table.columns, [[_text(cell) for cell in row] for row in table.rows()]
    head = "".join(
        f'<th role="columnheader" scope="col"{_broken(n)}>{escape(n)}</th>' for n in names
    )
    body = "".join(f'<tr role="row">{_cells(names, row)}</tr>' for row in rows)
    shape = "slim" if is_slim(names, rows) else "wordy"
    tall = not whole and len(rows) > MOST_ROWS
    # What may scroll is reached by the keyboard, and so has a name.
    reach = f' tabindex="0" role="region" aria-label="{escape(", ".join(names))}"'
    st.html(
        f'<div class="numbers {shape}{" tall" if tall else ""}">'
        f'<div{reach if tall or shape == "wordy" else ""}><table role="table">'
        f'<thead role="rowgroup"><tr role="row">{head}</tr></thead>'
        f'<tbody role="rowgroup">{body}</tbody></table></div></div>'
    )


def is_slim(names: Sequence[str], rows: Sequence[Sequence[str]]) -> bool:
    """Whether the columns stand beside each other on a phone.

    Examples
    --------
    >>> is_slim(["Group", "Value", "n"], [["A", "0.281", "150"]])
    True
    >>> is_slim(["Group", "Value", "n"], [["A", "no interval: nobody has a value", "0"]])
    False
    """
    columns = zip(names[1:], *(row[1:] for row in rows), strict=True)
    taken = sum(max(_head(name), *map(_letters, cells)) for name, *cells in columns)
    return len(names) <= MOST_SLIM and taken <= MOST_LETTERS


def _cells(names: Sequence[str], row: Sequence[str]) -> str:
    first, *others = row
    cells = "".join(
        f'<td role="cell" data-label="{escape(name)}"{_broken(text)}>{escape(text)}</td>'
        for name, text in zip(names[1:], others, strict=True)
    )
    return f'<th role="rowheader" scope="row"{_broken(first)}>{escape(first)}</th>{cells}'


def _text(cell: object) -> str:
    return "–" if cell is None else f"{cell:,}" if isinstance(cell, int) else str(cell)


def _broken(text: str) -> str:
    return ' class="long"' if max(map(len, [*text.split(), ""])) > LONGEST_WORD else ""


def _head(name: str) -> int:
    """Return the letters that a head needs: its longest word, or three Chinese signs."""
    return 6 if _letters(name) > len(name) else max(map(len, [*name.split(), ""]))


def _letters(text: str) -> int:
    """Return the width of a text; a Chinese sign is as wide as two letters."""
    return sum(2 if east_asian_width(sign) in "WF" else 1 for sign in text)


def numbers_table(
    rows: Iterable[dict[str, str | int]], _: Translator, *, name: str, title: str | None = None
) -> None:
    """Draw the numbers of a picture behind a fold, and give them as a file of that ``name``."""
    table = pl.DataFrame(list(rows))
    with st.expander(title or _("These numbers as a table"), icon=":material/table:"):
        grid(table)
        st.download_button(
            _("Numbers as CSV"),
            lambda: to_csv(table),
            f"{name}.csv",
            "text/csv",
            icon=":material/download:",
            on_click="ignore",
            type="tertiary",
            key=f"numbers-{name}",
        )
