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
    "title": None,
    "axis": {
        "labelAngle": 0,
        "ticks": False,
        "domain": False,
        "labelExpr": f"data('{_ROWS}')[datum.value].state",
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


def effect(points: pl.DataFrame, *, zero_line: bool = False, height: int = 170) -> dict[str, Any]:
    """Draw one panel; all that is read in it comes from the rows.

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
    scale = {"zero": zero_line, "nice": True, "padding": 12}
    measure = {"type": "quantitative", "title": None, "scale": scale}
    axis = {"tickCount": 4, "domain": False, "gridOpacity": 0.5}
    value = {"field": "value", **measure, "axis": axis}
    layers = [
        _layer(_LINE, y=value, color={"value": BEFORE}),
        _layer(_INTERVAL, y={"field": "low", **measure}, y2={"field": "high"}),
        _layer(_POINT, y=value),
        _layer(_VALUE, y=value, text={"field": "text", "type": "nominal"}),
    ]
    return {
        "datasets": {_ROWS: points.to_dicts()},
        "layer": [_NO_DIFFERENCE, *layers] if zero_line else layers,
        "height": height,
    }


def _layer(mark: dict[str, Any], **channels: dict[str, Any]) -> dict[str, Any]:
    encoding = {"x": _PLACE, "color": _COLOUR, "tooltip": _READ, **channels}
    return {"data": {"name": _ROWS}, "mark": mark, "encoding": encoding}
