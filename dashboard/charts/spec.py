"""Charts as the text a browser draws, kept: the same frames give the same picture."""

from __future__ import annotations

import json
from collections import OrderedDict
from collections.abc import Callable, Mapping
from threading import Lock
from typing import TYPE_CHECKING, Any, TypeAlias

import polars as pl

if TYPE_CHECKING:
    import altair as alt

__all__ = ["Chart", "spec"]

Chart: TypeAlias = "Callable[..., alt.LayerChart | alt.FacetChart | alt.Chart | dict[str, Any]]"

_MOST = 1024
_kept: OrderedDict[tuple[object, ...], str] = OrderedDict()
_lock = Lock()


def spec(
    chart: Chart,
    frames: tuple[pl.DataFrame, ...],
    options: Mapping[str, object],
) -> str:
    """Return the Vega-Lite specification of a chart, as JSON.

    Making one costs tens of milliseconds, so the last 1,024 are kept by content. Charts are held
    against the schema in the tests and not here.

    Parameters
    ----------
    chart
        A pure function of this package: frames in; out comes a chart of Altair, or Vega-Lite.
    frames, options
        What it draws, and its keyword arguments; what these print as tells them apart.
    """
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
    made = chart(*frames, **options)
    text = json.dumps(made if isinstance(made, dict) else made.to_dict(validate=False))
    with _lock:
        _kept[key] = text
        while len(_kept) > _MOST:
            _kept.popitem(last=False)
    return text
