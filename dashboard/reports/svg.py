"""The picture of a report, drawn as SVG by hand: it needs no script and no font of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from html import escape

from dashboard.charts.palette import BEFORE, NOW
from dashboard.reports.document import Figure, Interval

__all__ = ["axis_of", "draw_figure"]

WIDTH, LEFT, RIGHT, ROW, TOP, BOTTOM = 760, 220, 170, 30, 26, 26


def axis_of(figure: Figure) -> tuple[float, float]:
    """Return the ends of the axis: all points, intervals and the reference, with a little room."""
    ends = [end for row in figure.rows for end in (row.low, row.value, row.high)]
    known = [end for end in (*ends, figure.reference) if end is not None]
    low, high = min(known), max(known)
    room = 0.05 * (high - low) or 0.5
    return low - room, high + room


def draw_figure(figure: Figure) -> str:
    """Return the picture as one SVG element; all words are escaped.

    Examples
    --------
    >>> picture = Figure("<b>", (Interval("F", 0.5, 0.4, 0.6, "0.500"),))
    >>> "<b>" in draw_figure(picture)
    False
    """
    height = TOP + ROW * len(figure.rows) + BOTTOM
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" role="img" '
        f'aria-label="{escape(figure.title)}">',
        f'<text x="{LEFT}" y="14" class="name">{escape(figure.title)}</text>',
        *_marks(figure, height),
        "</svg>",
    ]
    return "".join(parts)


def _marks(figure: Figure, height: int) -> Iterator[str]:
    low, high = axis_of(figure)

    def place(value: float) -> float:
        return round(LEFT + (WIDTH - LEFT - RIGHT) * (value - low) / (high - low), 1)

    if figure.reference is not None:
        x = place(figure.reference)
        yield (
            f'<line x1="{x}" x2="{x}" y1="{TOP}" y2="{height - BOTTOM}" stroke="{BEFORE}" '
            'stroke-dasharray="5 4"/>'
        )
    for i, row in enumerate(figure.rows):
        yield from _row(row, TOP + ROW * i + ROW / 2, place)
    for end in (low, high):
        anchor = "start" if end == low else "end"
        yield (
            f'<text x="{place(end)}" y="{height - 8}" text-anchor="{anchor}" class="axis">'
            f"{end:.3g}</text>"
        )


def _row(row: Interval, y: float, place: Callable[[float], float]) -> Iterator[str]:
    yield f'<text x="{LEFT - 10}" y="{y + 4}" text-anchor="end">{escape(row.name[:34])}</text>'
    if row.low is not None and row.high is not None:
        yield (
            f'<line x1="{place(row.low)}" x2="{place(row.high)}" y1="{y}" y2="{y}" '
            f'stroke="{NOW}" stroke-opacity=".45" stroke-width="4"/>'
        )
    yield f'<circle cx="{place(row.value)}" cy="{y}" r="5" fill="{NOW}"/>'
    yield f'<text x="{WIDTH - RIGHT + 10}" y="{y + 4}">{escape(row.text)}</text>'
