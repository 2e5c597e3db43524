"""What one person chose, by category, as the rounds went by."""

from __future__ import annotations

from collections.abc import Sequence

import altair as alt
import polars as pl

__all__ = ["journey"]


def journey(
    shares: pl.DataFrame,
    *,
    title: str,
    categories: Sequence[str],
    round_title: str,
    height: int = 320,
) -> alt.LayerChart | alt.FacetChart:
    """Draw the stream of category shares under one arm.

    Parameters
    ----------
    shares
        ``round``, ``category`` (as read), ``share`` of all choices so far, from 0 to 1, ``order``.
    title
        The arm, as it is read.
    categories
        All there are, so that each has the same colour in every picture.
    round_title
        Of the axis.
    height
        In pixels; the width is the column's.
    """
    stream = (
        alt.Chart(shares)
        .mark_area(interpolate="monotone", opacity=0.9)
        .encode(
            x=alt.X(
                "round:Q",
                title=round_title,
                axis=alt.Axis(tickMinStep=1, format="d", grid=False),
            ),
            y=alt.Y(
                "share:Q",
                stack="zero",
                title=None,
                scale=alt.Scale(domain=[0, 1]),
                axis=alt.Axis(format="%", tickCount=4, domain=False, gridOpacity=0.5),
            ),
            color=alt.Color(
                "category:N",
                scale=alt.Scale(domain=list(categories), scheme="tableau10"),
                legend=alt.Legend(title=None, orient="bottom", columns=3),
            ),
            order=alt.Order("order:Q"),
            tooltip=["round", "category", alt.Tooltip("share", format=".0%")],
        )
    )
    return alt.layer(stream).properties(height=height, title=title)
