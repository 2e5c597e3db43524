"""One measure before and now: two points with their intervals.

Four of them are the first page, so this one is Vega-Lite itself: to import Altair, which writes
the others, would take a tenth of the time from a start to that page.
"""

from __future__ import annotations

from typing import Any

import polars as pl

from dashboard.charts.palette import BEFORE, NOW

__all__ = ["effect"]

_ROWS = "rows"
_PLACE = {
    "field": "place",
    "type": "ordinal",
    "axis": {
        "labelAngle": 0,
        "ticks": False,
        "domain": False,
        "labelExpr": f"data('{_ROWS}')[datum.value].short",
    },
    "scale": {"padding": 0.6},
}
_COLOUR = {
    "field": "place",
    "type": "ordinal",
    "scale": {"domain": [0, 1], "range": [BEFORE, NOW]},
    "legend": None,
}
_READ = [{"field": "state", "type": "nominal"}, {"field": "spoken", "type": "nominal"}]
_SPOKEN = {"field": "spoken", "type": "nominal"}
_LINE = {"type": "line", "strokeDash": [3, 3], "strokeWidth": 1.5}
_INTERVAL = {"type": "rule", "strokeWidth": 3, "opacity": 0.55}
_POINT = {"type": "point", "size": 110, "filled": True, "opacity": 1}
# Each value stands outside its point, so the panel is read without hovering.
_VALUE = {
    "type": "text",
    "align": {"expr": "datum.place == 0 ? 'right' : 'left'"},
    "dx": {"expr": "datum.place == 0 ? -10 : 10"},
    "fontWeight": "bold",
}
_NO_DIFFERENCE = {
    "data": {"values": [{"value": 0}]},
    "mark": {"type": "rule", "color": BEFORE, "strokeWidth": 1},
    "encoding": {"y": {"field": "value", "type": "quantitative"}},
}


# Of the whole picture: a value to the right of its point is wider than what is left there.
_ROOM = {"left": 5, "top": 5, "bottom": 5, "right": 18}


def effect(
    points: pl.DataFrame, *, x_title: str, zero_line: bool = False, height: int = 185
) -> dict[str, Any]:
    """Draw one panel; all that is read in it comes from the rows.

    Parameters
    ----------
    points
        One row a state, the earlier first: ``place`` (0 and 1), ``short`` (beneath its point),
        ``state``, ``text`` and ``spoken`` (what is read), ``value``, ``low``, ``high``.
    x_title
        What the short names are values of.
    zero_line
        Draw the line of no difference, and keep it in view.
    height
        In pixels; the width is the column's.
    """
    scale = {"zero": zero_line, "nice": True, "padding": 12}
    measure = {"type": "quantitative", "title": None, "scale": scale}
    axis = {"tickCount": 4, "domain": False, "gridOpacity": 0.5}
    value = {"field": "value", **measure, "axis": axis}
    place = {**_PLACE, "title": x_title}
    layers = [
        _layer(_LINE, x=place, y=value, color={"value": BEFORE}),
        _layer(_INTERVAL, x=place, y={"field": "low", **measure}, y2={"field": "high"}),
        _layer(_POINT, x=place, y=value),
        _layer(_VALUE, x=place, y=value, text={"field": "text", "type": "nominal"}),
    ]
    return {
        "datasets": {_ROWS: points.to_dicts()},
        "layer": [_NO_DIFFERENCE, *layers] if zero_line else layers,
        "height": height,
        "padding": _ROOM,
    }


def _layer(mark: dict[str, Any], **channels: dict[str, Any]) -> dict[str, Any]:
    # Read aloud as it is told beside the pointer: the place on the axis is only a number.
    encoding = {"color": _COLOUR, "tooltip": _READ, "description": _SPOKEN, **channels}
    return {"data": {"name": _ROWS}, "mark": mark, "encoding": encoding}
