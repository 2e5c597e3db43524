"""A chart on a page, with its words for those who cannot see it."""

from __future__ import annotations

import json
from typing import Literal

import polars as pl
import streamlit as st

from dashboard.charts.palette import in_the_dark
from dashboard.charts.spec import Chart, spec

__all__ = ["picture"]


def picture(
    chart: Chart,
    *frames: pl.DataFrame,
    alt: str,
    width: Literal["content", "stretch"] = "stretch",
    **options: object,
) -> None:
    """Draw a chart function of its frames and options.

    ``alt`` says what the picture shows; ``width`` is the column's unless the chart brings its own.
    """
    text = spec(chart, frames, options)
    if st.context.theme.type == "dark":
        text = in_the_dark(text)
    drawn = json.loads(text)
    # Frames of ours cross as they are; of plain rows Streamlit would make frames of pandas, whose
    # import alone is a tenth of a first page's time.
    rows = {
        name: pl.DataFrame(given, infer_schema_length=None)
        for name, given in drawn.pop("datasets", {}).items()
    }
    st.vega_lite_chart({**drawn, "datasets": rows}, alt=alt, width=width)
