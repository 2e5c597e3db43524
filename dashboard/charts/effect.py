"""One measure before and now: two points with their intervals."""

from __future__ import annotations

import altair as alt
import polars as pl

from dashboard.charts.palette import BEFORE, NOW
from dashboard.charts.spec import ROWS

__all__ = ["effect"]


def effect(
    points: pl.DataFrame, *, zero_line: bool = False, height: int = 170
) -> alt.LayerChart | alt.FacetChart:
    """Draw one panel; all that is read in it comes from the rows, so that it is made once.

    Parameters
    ----------
    points
        One row a state, the earlier first: ``place`` (0 and 1), ``state``, ``text`` and ``spoken``
        (what is read), ``value``, ``low``, ``high``.
    zero_line
        Draw the line of no difference, and keep it in view.
    height
        In pixels; the width is the column's.
    """
    base = alt.Chart(alt.NamedData(name=ROWS)).encode(
        x=alt.X(
            "place:O",
            title=None,
            axis=alt.Axis(
                labelAngle=0,
                ticks=False,
                domain=False,
                labelExpr=f"data('{ROWS}')[datum.value].state",
            ),
            scale=alt.Scale(padding=0.6),
        ),
        color=alt.Color(
            "place:O", scale=alt.Scale(domain=[0, 1], range=[BEFORE, NOW]), legend=None
        ),
        tooltip=[alt.Tooltip("state:N"), alt.Tooltip("spoken:N")],
    )
    scale = alt.Scale(zero=zero_line, nice=True, padding=12)
    axis = alt.Axis(tickCount=4, domain=False, gridOpacity=0.5)
    value = alt.Y("value:Q", title=None, scale=scale, axis=axis)
    layers = [
        base.mark_line(strokeDash=[3, 3], strokeWidth=1.5).encode(y=value, color=alt.value(BEFORE)),
        base.mark_rule(strokeWidth=3, opacity=0.55).encode(
            y=alt.Y("low:Q", title=None, scale=scale), y2=alt.Y2("high")
        ),
        base.mark_point(size=110, filled=True, opacity=1).encode(y=value),
    ]
    # Each value stands outside its point, so the panel is read without hovering.
    aside = base.mark_text(
        align=alt.expr("datum.place == 0 ? 'right' : 'left'"),
        dx=alt.expr("datum.place == 0 ? -10 : 10"),
        fontWeight="bold",
    )
    layers.append(aside.encode(y=value, text=alt.Text("text:N")))
    if zero_line:
        zero = alt.Chart(pl.DataFrame({"value": [0.0]})).mark_rule(color=BEFORE, strokeWidth=1)
        layers.insert(0, zero.encode(y=alt.Y("value:Q")))
    return alt.layer(*layers, datasets={ROWS: points.to_dicts()}).properties(height=height)
