"""A chart on a page, with its words for those who cannot see it."""

from __future__ import annotations

import json
from typing import Literal

import polars as pl
import streamlit as st

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
    st.vega_lite_chart(json.loads(spec(chart, frames, options)), alt=alt, width=width)
