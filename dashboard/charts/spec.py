"""Charts as the text a browser draws, kept: the same frames give the same picture."""

from __future__ import annotations

import json
from collections import OrderedDict
from collections.abc import Callable, Mapping
from threading import Lock
from typing import Any, TypeAlias

import altair as alt
import polars as pl

__all__ = ["ROWS", "Chart", "spec"]

Chart: TypeAlias = Callable[..., alt.LayerChart | alt.FacetChart | alt.Chart]
ROWS = "rows"
"""The dataset of a chart whose rows may be put in place of others."""

_MOST = 1024
_kept: OrderedDict[tuple[object, ...], str] = OrderedDict()
_lock = Lock()


def spec(
    chart: Chart,
    frames: tuple[pl.DataFrame, ...],
    options: Mapping[str, object],
    *,
    by_shape: bool = False,
) -> str:
    """Return the Vega-Lite specification of a chart, as JSON.

    Making one costs tens of milliseconds, so the last 1,024 are kept by content. Charts are held
    against the schema in the tests and not here.

    Parameters
    ----------
    chart
        A pure function of this package: frames in, chart out.
    frames, options
        What it draws, and its keyword arguments; what these print as tells them apart.
    by_shape
        The chart depends on the values of its one frame in nothing but its dataset `ROWS`, so that
        one is made for all frames of that shape, and given the rows.
    """
    if by_shape:
        (frame,) = frames
        shape = pl.DataFrame(schema=frame.schema).clear(frame.height)
        drawn = json.loads(spec(chart, (shape,), options))
        return json.dumps({**drawn, "datasets": {**drawn["datasets"], ROWS: frame.to_dicts()}})
    key = (
        chart.__module__,
        chart.__qualname__,
        *((tuple(frame.schema.items()), tuple(frame.rows())) for frame in frames),
        repr(sorted(options.items())),
    )
    with _lock:
        if key in _kept:
            _kept.move_to_end(key)
            return _kept[key]
    made: dict[str, Any] = chart(*frames, **options).to_dict(validate=False)
    text = json.dumps(made)
    with _lock:
        _kept[key] = text
        while len(_kept) > _MOST:
            _kept.popitem(last=False)
    return text
