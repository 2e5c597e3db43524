"""One measure over the rounds of a simulation, a line and a band for every arm."""

from __future__ import annotations

from collections.abc import Sequence

import altair as alt
import polars as pl

__all__ = ["rounds"]


def rounds(
    measures: pl.DataFrame,
    *,
    colours: Sequence[str],
    round_title: str,
    height: int = 270,
    legend_columns: int = 0,
) -> alt.LayerChart | alt.FacetChart:
    """Draw one measure over the rounds.

    Parameters
    ----------
    measures
        ``arm`` (what is read, in the order wanted), ``round``, ``value``, ``low``, ``high``.
    colours
        One colour an arm, in the order of first appearance.
    round_title
        Of the axis.
    height
        In pixels; the width is the column's.
    legend_columns
        In how many columns the legend stands; 0 = all on one line.
    """
    arms = measures["arm"].unique(maintain_order=True).to_list()
    base = alt.Chart(measures).encode(
        x=alt.X(
            "round:Q",
            title=round_title,
            axis=alt.Axis(tickMinStep=1, format="d", grid=False),
        ),
        color=alt.Color(
            "arm:N",
            scale=alt.Scale(domain=arms, range=list(colours)),
            legend=alt.Legend(
                orient="top",
                title=None,
                symbolType="stroke",
                symbolOpacity=1,
                symbolStrokeWidth=3,
                columns=legend_columns,
                labelLimit=220,
            ),
        ),
    )
    scale = alt.Scale(zero=False, nice=True)
    axis = alt.Axis(tickCount=4, format="~f", domain=False, gridOpacity=0.5)
    band = base.mark_area(opacity=0.16).encode(
        y=alt.Y("low:Q", title=None, scale=scale, axis=axis), y2=alt.Y2("high")
    )
    line = base.mark_line(strokeWidth=2.5).encode(
        y=alt.Y("value:Q", title=None, scale=scale),
        tooltip=["arm", "round", *(alt.Tooltip(n, format=".3f") for n in ("value", "low", "high"))],
    )
    return alt.layer(band, line).properties(height=height)
