"""Settings by accuracy and one other measure: which are not outdone, and which is suggested."""

from __future__ import annotations

from collections.abc import Callable

import altair as alt
import polars as pl

from dashboard.charts.palette import NOW, QUIET, WHISKER, policy_look

__all__ = ["pareto"]

HEIGHT = 380
LEGEND_ROW = 20


def pareto(
    points: pl.DataFrame, *, x_title: str, y_title: str, policy_title: str
) -> alt.LayerChart | alt.FacetChart:
    """Draw one mark a setting with its intervals, the front as a line, the suggested one named.

    Parameters
    ----------
    points
        ``policy`` (what is read), ``nth`` (its number for `palette.policy_look`), ``x``, ``y``
        and their ends ``x_low``, ``x_high``, ``y_low``, ``y_high`` (null without an interval),
        ``on_front``, ``text`` (what is read when pointed at), ``name`` (what stands beside the
        mark; empty for most), ``suggested``.
    x_title, y_title, policy_title
        Of the axes and the legend.
    """
    known = points.unique("policy", keep="first", maintain_order=True)
    policies = known["policy"].to_list()
    colours, shapes = map(list, zip(*map(policy_look, known["nth"].to_list()), strict=True))
    looks = {
        "color": alt.Scale(domain=policies, range=colours),
        "shape": alt.Scale(domain=policies, range=shapes),
    }
    # One column, so that long names are whole on a narrow screen too.
    legend = alt.Legend(orient="bottom", title=policy_title, columns=1, labelLimit=320)
    scale = alt.Scale(zero=False, nice=True, padding=24)
    axis = alt.Axis(tickCount=6, gridOpacity=0.4)

    def across(field: str) -> alt.X:
        return alt.X(field, title=x_title, scale=scale, axis=axis)

    def upright(field: str) -> alt.Y:
        return alt.Y(field, title=y_title, scale=scale, axis=axis)

    base = alt.Chart(points).encode(x=across("x:Q"), y=upright("y:Q"))
    line = (
        base.transform_filter("datum.on_front")
        .mark_line(color=QUIET, strokeDash=[4, 4], strokeWidth=1.5)
        .encode(order=alt.Order("x:Q"))
    )
    marks = base.mark_point(filled=True, size=90).encode(
        color=alt.Color("policy:N", scale=looks["color"], legend=legend),
        shape=alt.Shape("policy:N", scale=looks["shape"], legend=legend),
        opacity=alt.condition("datum.on_front", alt.value(1), alt.value(0.35)),
        tooltip=[alt.Tooltip("text:N")],
    )
    ring = (
        base.transform_filter("datum.suggested")
        .mark_point(size=420, strokeWidth=2.5, filled=False)
        .encode(color=alt.value(NOW), tooltip=[alt.Tooltip("text:N")])
    )
    return alt.layer(
        line, *_whiskers(base, across, upright), marks, ring, _name(base, points)
    ).properties(height=HEIGHT + LEGEND_ROW * len(policies))


def _whiskers(
    base: alt.Chart, across: Callable[[str], alt.X], upright: Callable[[str], alt.Y]
) -> list[alt.Chart]:
    """Intervals of the front alone: of forty settings, all together would hide the marks."""
    return [
        base.transform_filter(f"datum.on_front && isValid(datum.{own}_low)")
        .mark_rule(color=WHISKER, strokeWidth=1, opacity=0.55)
        .encode(**{own: scaled(f"{own}_low:Q"), f"{own}2": f"{own}_high:Q"})
        for own, scaled in (("x", across), ("y", upright))
    ]


def _name(base: alt.Chart, points: pl.DataFrame) -> alt.Chart:
    middle = float(points["x"].to_numpy().min() + points["x"].to_numpy().max()) / 2
    # Towards the middle, so that it is never cut off at an edge.
    named: alt.Chart = base.mark_text(
        align=alt.expr(f"datum.x > {middle} ? 'right' : 'left'"),
        dx=alt.expr(f"datum.x > {middle} ? -16 : 16"),
        dy=-12,
        fontWeight="bold",
    ).encode(text=alt.Text("name:N"), color=alt.value(NOW))
    return named
