"""What changed for each group: a point and its interval, beside no change."""

from __future__ import annotations

import altair as alt
import polars as pl

from dashboard.charts.names import in_lines, name_axis
from dashboard.charts.palette import AGAINST, NOW, QUIET

__all__ = ["payers"]

ROW = 36
AXIS = 70


def payers(points: pl.DataFrame, *, title: str) -> alt.LayerChart | alt.FacetChart:
    """Draw one row a group, the greatest loss on top.

    Parameters
    ----------
    points
        ``group`` (what is read, with its n), ``value``, ``low``, ``high``, ``value_text``,
        ``text`` (the value with its interval), ``sign`` (+1 a clear gain, -1 a clear loss, 0
        neither).
    title
        Of the axis.
    """
    points = points.with_columns(in_lines("group"))
    order = points.sort("value")["group"].to_list()
    colour = (
        alt.when(alt.datum.sign > 0)
        .then(alt.value(NOW))
        .when(alt.datum.sign < 0)
        .then(alt.value(AGAINST))
        .otherwise(alt.value(QUIET))
    )
    base = alt.Chart(points).encode(
        y=alt.Y(
            "group:N",
            sort=order,
            title=None,
            axis=name_axis(grid=True, gridOpacity=0.4),
        ),
        color=colour,
        tooltip=["group", "text"],
    )
    scale = alt.Scale(nice=True, padding=10)
    axis = alt.Axis(tickCount=6, gridOpacity=0.5)
    x = alt.X("value:Q", title=title, scale=scale, axis=axis)
    low = alt.X("low:Q", title=title, scale=scale, axis=axis)
    layers = [
        alt.Chart(pl.DataFrame({"value": [0.0]}))
        .mark_rule(color=QUIET, strokeWidth=1.5)
        .encode(x=alt.X("value:Q", title=title)),
        base.mark_rule(strokeWidth=4, opacity=0.45).encode(x=low, x2=alt.X2("high")),
        base.mark_point(size=110, filled=True, opacity=1).encode(x=x),
        base.mark_text(dy=-12, fontWeight="bold").encode(x=x, text=alt.Text("value_text:N")),
    ]
    return alt.layer(*layers).properties(height=ROW * points.height + AXIS)
