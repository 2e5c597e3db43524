"""What one person chose, by category, as the rounds went by."""

from __future__ import annotations

import altair as alt
import polars as pl

__all__ = ["journey"]


def journey(shares: pl.DataFrame, *, round_title: str, height: int = 400) -> alt.Chart:
    """Draw the streams of category shares under one list.

    Parameters
    ----------
    shares
        ``arm`` (one, as it is read), ``round``, ``category`` (as read, in the order wanted: the
        same categories get the same colours), ``share`` of all choices so far, from 0 to 1.
    round_title
        Of the axis.
    height
        In pixels, the legend included.
    """
    categories = shares["category"].unique(maintain_order=True).to_list()
    stream: alt.Chart = (
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
                scale=alt.Scale(domain=categories, scheme="tableau10"),
                legend=alt.Legend(title=None, orient="bottom", columns=3),
            ),
            order=alt.Order("order:Q"),
            tooltip=["arm", "round", "category", alt.Tooltip("share", format=".0%")],
        )
        .properties(height=height)
    )
    return stream
