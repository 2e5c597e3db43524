"""One measured number with its interval, and the bounds it is held against."""

from __future__ import annotations

from typing import Literal, TypeAlias

import altair as alt
import polars as pl

from dashboard.charts.halo import over_lines
from dashboard.charts.palette import BEFORE, NOW

__all__ = ["limit"]

_Side: TypeAlias = Literal["right", "left", "center"]

HEIGHT = 90
# Pixels beside the marks, for the words at the outermost of them.
PADDING = 75


def limit(measured: pl.DataFrame, bounds: pl.DataFrame) -> alt.LayerChart | alt.FacetChart:
    """Draw one row: a point, its interval, and a dashed line a bound.

    What is measured has a long name, which stands above the picture and has no room beneath it.

    Parameters
    ----------
    measured
        One row: ``value``, ``low``, ``high``, ``value_text``, ``text`` (value with interval).
    bounds
        One or two rows, the lower first: ``value``, and ``label``, what its line is called.
    """
    base = alt.Chart(measured).encode(tooltip=["text"])
    scale = alt.Scale(zero=False, nice=True, padding=PADDING)
    axis = alt.Axis(tickCount=6, gridOpacity=0.5)
    low = alt.X("low:Q", title=None, scale=scale, axis=axis)
    interval = base.mark_rule(strokeWidth=4, opacity=0.45, color=NOW).encode(
        x=low, x2=alt.X2("high")
    )
    point = base.mark_point(size=120, filled=True, opacity=1, color=NOW).encode(x=alt.X("value:Q"))
    value = over_lines(base, dy=16, color=NOW, x=alt.X("value:Q"), text=alt.Text("value_text:N"))
    line = alt.Chart(bounds).encode(x=alt.X("value:Q"))
    rule = line.mark_rule(color=BEFORE, strokeDash=[5, 4], strokeWidth=1.5)
    # Two names grow away from each other, however near their lines.
    sides: tuple[_Side, ...] = ("right", "left") if bounds.height == 2 else ("center",)
    names = [
        alt.Chart(bounds[place])
        .mark_text(baseline="bottom", color=BEFORE, align=side)
        .encode(x=alt.X("value:Q"), y=alt.value(-3), text=alt.Text("label:N"))
        for place, side in enumerate(sides)
    ]
    return alt.layer(rule, *names, interval, point, *value).properties(height=HEIGHT)
