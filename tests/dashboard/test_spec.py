"""Kept charts are the charts, whatever was drawn before."""

from __future__ import annotations

import json

import altair as alt
import polars as pl
import pytest

from dashboard.charts.effect import effect
from dashboard.charts.payers import payers
from dashboard.charts.spec import spec

USUAL: dict[str, object] = {"x_title": "rate", "zero_line": True}


def _points(value: float) -> pl.DataFrame:
    row = {
        "short": "a",
        "text": "a",
        "spoken": "a",
        "value": value,
        "low": value - 1,
        "high": value + 1,
    }
    states = enumerate(("rate 0", "rate 0.1"))
    return pl.DataFrame([{"place": place, "state": state, **row} for place, state in states])


def test_a_kept_chart_is_what_the_checked_one_says() -> None:
    points = _points(2.0)
    drawn = effect(points, x_title="rate", zero_line=True)
    alt.Chart.from_dict(drawn, validate=True)
    assert json.loads(spec(effect, (points,), {"x_title": "rate", "zero_line": True})) == drawn
    paid = points.with_columns(
        pl.col("state").alias("group"), pl.lit("1").alias("value_text"), pl.lit(1).alias("sign")
    )
    checked = payers(paid, title="change").to_dict(validate=True)
    assert json.loads(spec(payers, (paid,), {"title": "change"})) == checked


@pytest.mark.parametrize(
    ("points", "options"),
    [
        (_points(2.5), USUAL),
        (_points(2.0), {**USUAL, "zero_line": False}),
        (_points(2.0), {**USUAL, "x_title": "探索率"}),
    ],
)
def test_another_number_or_option_is_another_picture(
    points: pl.DataFrame, options: dict[str, object]
) -> None:
    first = spec(effect, (_points(2.0),), USUAL)
    assert spec(effect, (points,), options) != first
    assert spec(effect, (_points(2.0),), USUAL) == first


def test_two_charts_of_one_frame_are_two_pictures() -> None:
    points = _points(2.0).with_columns(
        pl.col("state").alias("group"), pl.lit("1").alias("value_text"), pl.lit(1).alias("sign")
    )
    assert spec(effect, (points,), USUAL) != spec(payers, (points,), {"title": "change"})
