"""Models side by side: how accurate against how varied, one mark a model."""

from __future__ import annotations

from collections.abc import Mapping

import altair as alt
import polars as pl

from dashboard.charts.palette import NOW, QUIET

__all__ = ["models"]

HEIGHT = 460


def models(
    points: pl.DataFrame, *, x_title: str, y_title: str, hover: Mapping[str, str]
) -> alt.LayerChart | alt.FacetChart:
    """Draw one mark a model, with both intervals.

    Parameters
    ----------
    points
        ``model`` (what is read), ``chosen`` (true for the one the other pages are about),
        ``x``, ``x_low``, ``x_high``, ``y``, ``y_low``, ``y_high``, and the columns of ``hover``.
    x_title, y_title
        Of the axes.
    hover
        What is read when a mark is pointed at: column → its title.
    """
    base = alt.Chart(points.sort("y", descending=True).with_row_index("place")).encode(
        color=alt.condition("datum.chosen", alt.value(NOW), alt.value(QUIET)),
        tooltip=[alt.Tooltip(field=name, type="nominal", title=t) for name, t in hover.items()],
    )
    scale = alt.Scale(zero=False, nice=True, padding=24)
    axis = alt.Axis(tickCount=6, gridOpacity=0.4)
    x = alt.X("x:Q", title=x_title, scale=scale, axis=axis)
    y = alt.Y("y:Q", title=y_title, scale=scale, axis=axis)
    across = base.mark_rule(opacity=0.4, strokeWidth=2).encode(
        x=alt.X("x_low:Q", title=x_title, scale=scale, axis=axis), x2=alt.X2("x_high"), y=y
    )
    upright = base.mark_rule(opacity=0.4, strokeWidth=2).encode(
        y=alt.Y("y_low:Q", title=y_title, scale=scale, axis=axis), y2=alt.Y2("y_high"), x=x
    )
    mark = base.mark_point(size=150, filled=True, opacity=1).encode(x=x, y=y)
    # Neighbours by height take turns above and below, so that their names do not meet.
    turn = alt.expr("datum.place % 2 == 0 ? -10 : 12")
    name = base.mark_text(align="left", dx=10, dy=turn, fontWeight="bold").encode(
        x=x, y=y, text=alt.Text("model:N")
    )
    return alt.layer(across, upright, mark, name).properties(height=HEIGHT)
