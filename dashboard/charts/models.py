"""Models side by side: how accurate against how varied, one mark a model."""

from __future__ import annotations

from collections.abc import Mapping

import altair as alt
import numpy as np
import polars as pl
from numpy.typing import NDArray

from dashboard.charts.palette import NOW, QUIET

__all__ = ["apart", "models"]

HEIGHT = 460
AXES = 90
LINE = 24


def apart(values: NDArray[np.float64], *, gap: float) -> NDArray[np.float64]:
    """Move values as little as needed for any two to be a gap apart; their order stays.

    Least squares under that rule: values less their places times the gap, made monotone by pooling
    neighbours that are out of order (Barlow et al. 1972).

    Examples
    --------
    >>> apart(np.array([1.0, 1.0, 5.0]), gap=1.0).tolist()
    [0.5, 1.5, 5.0]
    """
    order = np.argsort(values, kind="stable")
    places = gap * np.arange(len(values))
    pools: list[tuple[float, int]] = []
    for value in values[order] - places:
        mean, size = float(value), 1
        while pools and pools[-1][0] > mean:
            above, count = pools.pop()
            mean, size = (mean * size + above * count) / (size + count), size + count
        pools.append((mean, size))
    moved = np.empty(len(values))
    moved[order] = np.repeat([mean for mean, _ in pools], [size for _, size in pools]) + places
    return moved


# A name needs some two hundred pixels.
_CROWDED = "scale('x', datum.x) > width / 2 && scale('x', datum.x) + 200 > width"


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
    base = alt.Chart(_with_name_places(points.sort("y", descending=True))).encode(
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
    # Names stand a line apart, each tied to its mark, on the side where there is room.
    name_y = alt.Y("name_y:Q", title=y_title, scale=scale, axis=axis)
    tie = base.mark_rule(strokeWidth=1, opacity=0.6).encode(x=x, y=y, y2=alt.Y2("name_y"))
    name = base.mark_text(
        align=alt.expr(f"{_CROWDED} ? 'right' : 'left'"),
        dx=alt.expr(f"{_CROWDED} ? -12 : 12"),
        fontSize=alt.expr("width < 300 ? 9 : 11"),
        fontWeight="bold",
    ).encode(x=x, y=name_y, text=alt.Text("model:N"))
    return alt.layer(across, upright, tie, mark, name).properties(height=HEIGHT)


def _with_name_places(points: pl.DataFrame) -> pl.DataFrame:
    ends = points.select("y_low", "y", "y_high").to_numpy().astype(np.float64)
    line = (np.nanmax(ends) - np.nanmin(ends)) * LINE / (HEIGHT - AXES)
    heights = points["y"].to_numpy().astype(np.float64)
    return points.with_columns(name_y=pl.Series(apart(heights, gap=line)))
