"""Why an item has its score: signed bars that visibly add up to it."""

from __future__ import annotations

import altair as alt
import polars as pl

from dashboard.charts.palette import AGAINST, NOW, QUIET, WHISKER

__all__ = ["reasons", "steps"]

ROW = 27
BAR = 19
AXIS = 60


def steps(parts: pl.DataFrame) -> pl.DataFrame:
    """Add where each bar begins and ends: a step starts where the one above it ended.

    Parameters
    ----------
    parts
        ``label``, ``value`` and ``kind``, in the order they add up: "step" adds to what stands
        above, "total" is a sum counted from zero.

    Examples
    --------
    >>> parts = {"label": ["a", "b", "sum"], "value": [2.0, -0.5, 1.5],
    ...          "kind": ["step", "step", "total"]}
    >>> steps(pl.DataFrame(parts)).select("start", "end").rows()
    [(0.0, 2.0), (2.0, 1.5), (0.0, 1.5)]
    """
    step = pl.col("kind") == "step"
    end = pl.when(step).then(pl.col("value")).otherwise(0.0).cum_sum()
    return parts.with_columns(
        start=pl.when(step).then(end - pl.col("value")).otherwise(0.0),
        end=pl.when(step).then(end).otherwise(pl.col("value")),
    )


def reasons(parts: pl.DataFrame, *, axis_title: str) -> alt.LayerChart | alt.FacetChart:
    """Draw the bars from top to bottom.

    Parameters
    ----------
    parts
        As for `steps`, and ``text``: the value as it is read; ``error``: half the width of a 95%
        interval of the value, or null.
    axis_title
        The unit of the score.
    """
    rows = _apart(steps(parts)).with_columns(
        tip=pl.max_horizontal("start", pl.col("end") + pl.col("error").fill_null(0.0))
    )
    base = alt.Chart(rows).encode(
        y=alt.Y(
            "label:N",
            sort=rows["label"].to_list(),
            title=None,
            axis=alt.Axis(labelLimit=210, ticks=False, domain=False, labelPadding=6),
            scale=alt.Scale(paddingInner=0.3),
        ),
        tooltip=["label", "text"],
    )
    colour = (
        alt.when(alt.datum.kind == "total")
        .then(alt.value(QUIET))
        .when(alt.datum.value < 0)
        .then(alt.value(AGAINST))
        .otherwise(alt.value(NOW))
    )
    scale = alt.Scale(padding=42)
    bars = base.mark_bar(cornerRadius=2).encode(
        x=alt.X(
            "start:Q",
            title=axis_title,
            scale=scale,
            axis=alt.Axis(tickCount=4, gridOpacity=0.5, titleAnchor="end"),
        ),
        x2=alt.X2("end"),
        color=colour,
    )
    values = base.mark_text(align="left", dx=5).encode(
        x=alt.X("tip:Q"), text=alt.Text("text:N"), color=colour
    )
    return alt.layer(bars, *_whiskers(rows), values).properties(height=ROW * rows.height + AXIS)


def _apart(rows: pl.DataFrame) -> pl.DataFrame:
    """Keep rows of the same label apart: two films may share a title."""
    nth = pl.int_range(pl.len()).over("label")
    return rows.with_columns(label=pl.col("label") + pl.lit("\u200b").repeat_by(nth).list.join(""))


def _whiskers(rows: pl.DataFrame) -> list[alt.Chart]:
    """Draw a line from end to end of each interval, and a mark taller than a bar at both ends.

    An interval may be narrower than the line is wide.
    """
    known = rows.filter(pl.col("error").is_not_null()).with_columns(
        low=pl.col("end") - pl.col("error"), high=pl.col("end") + pl.col("error")
    )
    if known.is_empty():
        return []  # a layer without marks is an empty picture to a screen reader
    base = alt.Chart(known).encode(y=alt.Y("label:N", sort=rows["label"].to_list()))
    marked = base.mark_tick(color=WHISKER, size=BAR + 4, thickness=1.5, orient="vertical")
    return [
        base.mark_rule(strokeWidth=1.5, color=WHISKER).encode(x=alt.X("low:Q"), x2=alt.X2("high")),
        *(marked.encode(x=alt.X(f"{end}:Q")) for end in ("low", "high")),
    ]
