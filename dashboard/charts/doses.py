"""What a measure does as the rate rises: an effect and its interval at each rate, and a line."""

from __future__ import annotations

import altair as alt
import polars as pl

from dashboard.charts.palette import NOW, QUIET, WHISKER

__all__ = ["doses"]


def doses(
    points: pl.DataFrame, line: pl.DataFrame, *, x_title: str, clear: bool, height: int = 170
) -> alt.LayerChart | alt.FacetChart:
    """Draw effects over rates; what may be nothing is hollow and grey.

    Parameters
    ----------
    points
        One row a rate: ``rate``, ``value``, ``low``, ``high``, ``clear`` (the interval leaves out
        0), and ``text`` (what is read).
    line
        The two ends of the straight line through them: ``rate``, ``value``, ``text``.
    x_title
        Of the axis.
    clear
        Whether the interval of the slope leaves out 0.
    height
        In pixels; the width is the column's.
    """
    x = alt.X(
        "rate:Q",
        title=x_title,
        scale=alt.Scale(zero=True, nice=False, padding=10),
        axis=alt.Axis(
            values=sorted(set(points["rate"].to_list())),
            format="~g",
            grid=False,
            labelOverlap="greedy",
        ),
    )
    scale = alt.Scale(zero=True, nice=True)
    axis = alt.Axis(tickCount=4, format="~f", domain=False, gridOpacity=0.5)
    value = alt.Y("value:Q", title=None, scale=scale, axis=axis)
    base = alt.Chart(points).encode(x=x, tooltip=[alt.Tooltip("text:N")])
    colour = alt.condition("datum.clear", alt.value(NOW), alt.value(WHISKER))
    zero = alt.Chart(pl.DataFrame({"value": [0.0]})).mark_rule(color=QUIET, strokeWidth=1)
    through = alt.Chart(line).mark_line(
        strokeWidth=2, color=NOW if clear else QUIET, strokeDash=[1, 0] if clear else [4, 4]
    )
    return alt.layer(
        zero.encode(y=value),
        through.encode(x=x, y=value, tooltip=[alt.Tooltip("text:N")]),
        base.mark_rule(strokeWidth=3, opacity=0.55).encode(
            y=alt.Y("low:Q", title=None, scale=scale, axis=axis), y2=alt.Y2("high"), color=colour
        ),
        base.mark_point(size=70, strokeWidth=2, opacity=1).encode(
            y=value,
            stroke=colour,
            fill=alt.condition("datum.clear", alt.value(NOW), alt.value("white")),
        ),
    ).properties(height=height)
