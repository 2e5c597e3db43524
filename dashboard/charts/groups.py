"""One measure in every group: a point, its interval, and the mean over everyone."""

from __future__ import annotations

import altair as alt
import polars as pl

from dashboard.charts.halo import over_lines
from dashboard.charts.names import in_lines, name_axis
from dashboard.charts.palette import BEFORE, NOW

__all__ = ["groups"]

ROW = 44
# The name of the line stands on the side where there is room for it.
ALIGN = "scale('x', datum.value) > width / 2 ? 'right' : 'left'"
ASIDE = "scale('x', datum.value) > width / 2 ? -5 : 5"
AXIS = 96


def groups(
    points: pl.DataFrame, *, overall: float, overall_label: str, title: str
) -> alt.LayerChart | alt.FacetChart:
    """Draw one row a group, the largest value on top.

    Parameters
    ----------
    points
        ``group`` (what is read, with its n), ``value``, ``low``, ``high``, ``value_text``,
        ``text`` (the value with its interval).
    overall
        The mean over everyone.
    overall_label
        What the line of it is called.
    title
        Of the measure.
    """
    points = points.with_columns(in_lines("group"))
    order = points.sort("value", descending=True)["group"].to_list()
    base = alt.Chart(points).encode(
        y=alt.Y(
            "group:N",
            sort=order,
            title=None,
            axis=name_axis(grid=True, gridOpacity=0.4),
        ),
        tooltip=["group", "text"],
    )
    scale = alt.Scale(zero=False, nice=True, padding=10)
    interval = base.mark_rule(strokeWidth=4, opacity=0.45, color=NOW).encode(
        x=alt.X("low:Q", title=title, scale=scale, axis=alt.Axis(tickCount=6, gridOpacity=0.5)),
        x2=alt.X2("high"),
    )
    point = base.mark_point(size=120, filled=True, opacity=1, color=NOW).encode(x=alt.X("value:Q"))
    value = over_lines(base, dy=-13, color=NOW, x=alt.X("value:Q"), text=alt.Text("value_text:N"))
    mean = alt.Chart(pl.DataFrame({"value": [overall], "label": [overall_label]})).encode(
        x=alt.X("value:Q")
    )
    line = mean.mark_rule(color=BEFORE, strokeDash=[5, 4], strokeWidth=1.5)
    name = mean.mark_text(
        align=alt.expr(ALIGN), baseline="bottom", dx=alt.expr(ASIDE), color=BEFORE
    ).encode(y=alt.value(-3), text=alt.Text("label:N"))
    return alt.layer(line, name, interval, point, *value).properties(
        height=ROW * points.height + AXIS
    )
