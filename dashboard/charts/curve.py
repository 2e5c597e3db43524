"""One measure over the whole range of the rate, with where the slider stands."""

from __future__ import annotations

import altair as alt
import polars as pl

from dashboard.charts.palette import NOW, QUIET

__all__ = ["curve"]


def curve(
    points: pl.DataFrame,
    now: pl.DataFrame,
    *,
    x_title: str,
    y_title: str,
    zero_line: bool = False,
    height: int = 260,
) -> alt.LayerChart | alt.FacetChart:
    """Draw a line with its band, and the list now as a point with its interval.

    Parameters
    ----------
    points
        One row a rate: ``rate``, ``value``, ``low``, ``high``, and ``text`` (what is read).
    now
        One row of the same columns, and ``label`` (the value as it is read).
    x_title, y_title
        Of the axes.
    zero_line
        Draw the line of no difference.
    height
        In pixels; the width is the column's.
    """
    x = alt.X(
        "rate:Q",
        title=x_title,
        scale=alt.Scale(domain=[0, 1]),
        axis=alt.Axis(values=[0, 0.2, 0.4, 0.6, 0.8, 1], format=".1f", grid=False),
    )
    scale = alt.Scale(zero=False, nice=True)
    axis = alt.Axis(tickCount=4, domain=False, gridOpacity=0.5)
    value = alt.Y("value:Q", title=y_title, scale=scale, axis=axis)
    low = alt.Y("low:Q", title=y_title, scale=scale, axis=axis)
    base = alt.Chart(points).encode(x=x, tooltip=[alt.Tooltip("text:N")])
    here = alt.Chart(now).encode(x=x, color=alt.value(NOW), tooltip=[alt.Tooltip("text:N")])
    layers = [
        base.mark_area(opacity=0.2, color=QUIET).encode(y=low, y2=alt.Y2("high")),
        base.mark_line(strokeWidth=2, color=QUIET).encode(y=value),
        base.mark_point(size=36, filled=True, opacity=1, color=QUIET).encode(y=value),
        here.mark_rule(strokeWidth=3, opacity=0.55).encode(y=low, y2=alt.Y2("high")),
        here.mark_point(size=150, filled=True, opacity=1).encode(y=value),
        # Beside the point, towards the middle, so that it is never cut off at an edge.
        here.mark_text(
            align=alt.expr("datum.rate > 0.5 ? 'right' : 'left'"),
            dx=alt.expr("datum.rate > 0.5 ? -12 : 12"),
            dy=-12,
            fontWeight="bold",
        ).encode(y=value, text=alt.Text("label:N")),
    ]
    if zero_line:
        zero = alt.Chart(pl.DataFrame({"value": [0.0]})).mark_rule(color=QUIET, strokeDash=[4, 4])
        layers.insert(0, zero.encode(y=alt.Y("value:Q")))
    return alt.layer(*layers).properties(height=height)
