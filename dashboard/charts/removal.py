"""What is left of a score as a history is taken away: a line with its band for each order."""

from __future__ import annotations

import altair as alt
import polars as pl

from dashboard.charts.palette import NOW, OTHER_RATES, QUIET

__all__ = ["removal"]

COLOURS = {"first": NOW, "random": QUIET, "last": OTHER_RATES[1]}
DASHES = {"first": [1, 0], "random": [6, 4], "last": [2, 3]}


def removal(
    points: pl.DataFrame, labels: dict[str, str], *, x_title: str, y_title: str
) -> alt.LayerChart | alt.FacetChart:
    """Draw the curves.

    Parameters
    ----------
    points
        ``order``, ``share`` in [0, 1], ``value``, ``low``, ``high``, and ``text``: as it is read.
    labels
        What each order is called, in the order of the legend.
    x_title, y_title
        Of the axes.
    """
    named = points.with_columns(pl.col("order").replace_strict(labels).alias("name"))
    names = list(labels.values())
    scale = alt.Scale(domain=names, range=[COLOURS[order] for order in labels])
    colour = alt.Color(
        "name:N",
        title=None,
        sort=names,
        scale=scale,
        legend=alt.Legend(
            orient="top", labelLimit=400, columns=1, symbolType="circle", symbolOpacity=1
        ),
    )
    dash = alt.StrokeDash(
        "name:N",
        sort=names,
        legend=None,
        scale=alt.Scale(domain=names, range=[DASHES[order] for order in labels]),
    )
    axis = alt.Axis(format="%", tickCount=5, domain=False, gridOpacity=0.5)
    base = alt.Chart(named).encode(
        x=alt.X("share:Q", title=x_title, axis=alt.Axis(format="%", tickCount=5, grid=False)),
        tooltip=[alt.Tooltip("text:N")],
    )
    band = base.mark_area(opacity=0.18).encode(
        y=alt.Y("low:Q", title=y_title, axis=axis),
        y2=alt.Y2("high"),
        color=colour,
    )
    value = alt.Y("value:Q", title=y_title, axis=axis)
    line = base.mark_line(strokeWidth=2.5).encode(y=value, color=colour, strokeDash=dash)
    point = base.mark_point(size=40, filled=True, opacity=1).encode(y=value, color=colour)
    return alt.layer(band, line, point).properties(height=400)
