"""Shares of the main parameters: a bar each, with its interval."""

from __future__ import annotations

import altair as alt
import polars as pl

from dashboard.charts.names import in_lines, name_axis
from dashboard.charts.palette import NOW, WHISKER

__all__ = ["parameters"]

ROW = 44
AXIS = 60


_LONG = "datum.value > 0.6"


def parameters(shares: pl.DataFrame, *, axis_title: str) -> alt.LayerChart | alt.FacetChart:
    """Draw one bar a parameter, largest first.

    Parameters
    ----------
    shares
        ``label``, ``value``, ``low``, ``high`` in [0, 1], and ``text``: the value as it is read.
    axis_title
        What a share is of.
    """
    end = pl.when(pl.col("value") > 0.6).then(pl.col("low")).otherwise(pl.col("high"))
    rows = shares.sort("value", descending=True).with_columns(in_lines("label"), end=end)
    axis = alt.Axis(format="%", tickCount=5, gridOpacity=0.5, titleAnchor="end")
    scale = alt.Scale(domain=[0, 1])
    base = alt.Chart(rows).encode(
        y=alt.Y(
            "label:N",
            sort=rows["label"].to_list(),
            title=None,
            axis=name_axis(labelPadding=6),
            scale=alt.Scale(paddingInner=0.4),
        ),
        tooltip=["label", "text"],
    )
    bars = base.mark_bar(color=NOW, cornerRadius=2).encode(
        x=alt.X("value:Q", title=axis_title, scale=scale, axis=axis)
    )
    interval = base.mark_rule(color=WHISKER, strokeWidth=2).encode(x="low:Q", x2="high")
    # A long bar has room for its words inside, a short one beside it.
    words = base.mark_text(
        align=alt.expr(f"{_LONG} ? 'right' : 'left'"), dx=alt.expr(f"{_LONG} ? -8 : 8")
    ).encode(
        x=alt.X("end:Q"),
        text="text:N",
        color=alt.condition(_LONG, alt.value("white"), alt.value(NOW)),
    )
    return alt.layer(bars, interval, words).properties(height=ROW * rows.height + AXIS)
