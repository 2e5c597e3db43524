"""What a target would have earned, by estimator, beside what the log earned."""

from __future__ import annotations

import altair as alt
import polars as pl

from dashboard.charts.halo import over_lines
from dashboard.charts.names import in_lines, name_axis
from dashboard.charts.palette import BEFORE, NOW

__all__ = ["estimates"]

ROW = 42
# The name of the line stands on the side where there is room for it.
ALIGN = "scale('x', datum.value) > width / 2 ? 'right' : 'left'"
ASIDE = "scale('x', datum.value) > width / 2 ? -5 : 5"
AXIS = 100


def estimates(
    points: pl.DataFrame, *, logged: float, logged_label: str, title: str, number_format: str
) -> alt.LayerChart | alt.FacetChart:
    """Draw one row an estimator, in the order given.

    Parameters
    ----------
    points
        ``estimator`` (what is read), ``value``, ``low``, ``high``, ``value_text``, ``text`` (value
        with interval), ``measured`` (true for what was earned and not estimated).
    logged, logged_label
        What the logging policy earned, and what its line is called.
    title
        Of the axis.
    number_format
        Of the axis, as d3 reads it.
    """
    points = points.with_columns(in_lines("estimator"))
    order = points["estimator"].to_list()
    base = alt.Chart(points).encode(
        y=alt.Y(
            "estimator:N",
            sort=order,
            title=None,
            axis=name_axis(grid=True, gridOpacity=0.4),
        ),
        color=alt.condition("datum.measured", alt.value(BEFORE), alt.value(NOW)),
        tooltip=["estimator", "text"],
    )
    scale = alt.Scale(zero=False, nice=True, padding=14)
    axis = alt.Axis(tickCount=6, gridOpacity=0.5, format=number_format)
    low = alt.X("low:Q", title=title, scale=scale, axis=axis)
    interval = base.mark_rule(strokeWidth=4, opacity=0.45).encode(x=low, x2=alt.X2("high"))
    point = base.mark_point(size=110, filled=True, opacity=1).encode(
        x=alt.X("value:Q", title=title)
    )
    value = over_lines(base, dy=-13, x=alt.X("value:Q", title=title), text=alt.Text("value_text:N"))
    mean = alt.Chart(pl.DataFrame({"value": [logged], "label": [logged_label]})).encode(
        x=alt.X("value:Q", title=title)
    )
    line = mean.mark_rule(color=BEFORE, strokeDash=[5, 4], strokeWidth=1.5)
    name = mean.mark_text(
        align=alt.expr(ALIGN), baseline="bottom", dx=alt.expr(ASIDE), color=BEFORE
    ).encode(y=alt.value(-3), text=alt.Text("label:N"))
    return alt.layer(line, name, interval, point, *value).properties(
        height=ROW * points.height + AXIS
    )
