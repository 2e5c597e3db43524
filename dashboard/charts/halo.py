"""Numbers that stay readable where a line runs through them."""

from __future__ import annotations

from typing import Any

import altair as alt

from dashboard.charts.palette import PAPER

__all__ = ["over_lines"]


def over_lines(
    base: alt.Chart, *, dy: int, color: str | None = None, **encoding: Any
) -> tuple[alt.Chart, alt.Chart]:
    """Return two layers: an edge of the paper's colour, and the words on it.

    Parameters
    ----------
    base
        Whose rows have the words.
    dy
        How far beneath its place a word stands, in pixels.
    color
        Of the words; that of ``base`` unless it is given.
    encoding
        Place and text.
    """
    edge: alt.Chart = base.mark_text(
        dy=dy, fontWeight="bold", stroke=PAPER, strokeWidth=5, aria=False
    ).encode(**encoding, color=alt.value(PAPER))
    shade = alt.Undefined if color is None else color
    return edge, base.mark_text(dy=dy, fontWeight="bold", color=shade).encode(**encoding)
