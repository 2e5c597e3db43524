"""One measured number with its interval, and the bounds it is held against."""

from __future__ import annotations

import altair as alt
import polars as pl

from dashboard.charts.palette import BEFORE, NOW

__all__ = ["limit"]

HEIGHT = 110


def limit(
    measured: pl.DataFrame, bounds: pl.DataFrame, *, title: str
) -> alt.LayerChart | alt.FacetChart:
    """Draw one row: a point, its interval, and a dashed line a bound.

    Parameters
    ----------
    measured
        One row: ``value``, ``low``, ``high``, ``value_text``, ``text`` (value with interval).
    bounds
        One or two rows: ``value``, and ``label``, what its line is called.
    title
        Of the measure.
    """
    base = alt.Chart(measured).encode(tooltip=["text"])
    scale = alt.Scale(zero=False, nice=True, padding=50)
    axis = alt.Axis(tickCount=6, gridOpacity=0.5)
    low = alt.X("low:Q", title=title, scale=scale, axis=axis)
    interval = base.mark_rule(strokeWidth=4, opacity=0.45, color=NOW).encode(
        x=low, x2=alt.X2("high")
    )
    point = base.mark_point(size=120, filled=True, opacity=1, color=NOW).encode(x=alt.X("value:Q"))
    value = base.mark_text(dy=16, fontWeight="bold", color=NOW).encode(
        x=alt.X("value:Q"), text=alt.Text("value_text:N")
    )
    line = alt.Chart(bounds).encode(x=alt.X("value:Q"))
    rule = line.mark_rule(color=BEFORE, strokeDash=[5, 4], strokeWidth=1.5)
    name = line.mark_text(baseline="bottom", color=BEFORE).encode(
        y=alt.value(-3), text=alt.Text("label:N")
    )
    return alt.layer(rule, name, interval, point, value).properties(height=HEIGHT)
