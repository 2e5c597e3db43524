"""Dose and response: each measure's effect over the exploration rate, and its slope."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import polars as pl
import streamlit as st

from dashboard.charts.doses import doses as doses_chart
from dashboard.components.loop_panels import PANELS
from dashboard.components.picture import picture
from dashboard.findings import Findings
from dashboard.i18n import Translator
from engine.simulation.arms import Arm

__all__ = ["dose_line", "dose_points", "dose_sentence", "draw_doses"]

# With fewer a line says no more than the one difference.
LEAST_RATES = 3
# A slope is told for a step that one can turn on the slider.
STEP = 0.1
COLUMNS = 3


def draw_doses(found: Findings, arms: Sequence[Arm], _: Translator) -> None:
    """Draw every measure in the last round over the rates, a sentence under each."""
    st.header(_("How it moves with the exploration rate"), anchor=False)
    rates = {arm.name: arm.rate for arm in arms if arm.policy is not None and not arm.single}
    if len(rates) < LEAST_RATES:
        st.caption(_("With two rates above 0 or more, every measure is drawn over the rates here."))
        return
    there = [panel for panel in PANELS if not dose_points(found, panel[0], rates).is_empty()]
    for begin in range(0, len(there), COLUMNS):
        for column, panel in zip(st.columns(COLUMNS), there[begin : begin + COLUMNS], strict=False):
            with column, st.container(border=True):
                _draw_measure(found, rates, panel, _)
    st.caption(
        _(
            "Difference from rate 0 in the last round, in the same worlds, with its 95% interval "
            "at each rate, and the straight line through them. Filled and blue: the interval "
            "leaves out 0. Hollow, grey, dashed: it holds 0, and nothing is shown. Each interval "
            "stands for itself: where nothing happens, one of twenty leaves out 0."
        )
    )


def _draw_measure(
    found: Findings,
    rates: Mapping[str, float],
    panel: tuple[str, str, str, str, int],
    _: Translator,
) -> None:
    measure, title, subject, definition, digits = panel
    st.markdown(f"**{_(title)}**", help=_(definition))
    points, slope = dose_points(found, measure, rates), _slope(found, measure)
    sentence = dose_sentence(slope, _(subject), digits=digits, _=_)
    if slope is not None:
        texts = [_read(row, digits, _) for row in points.iter_rows(named=True)]
        line = dose_line(points, slope["value"]).with_columns(text=pl.lit(sentence))
        picture(
            doses_chart,
            points.with_columns(text=pl.Series(texts, dtype=pl.String)),
            line,
            x_title=_("Exploration rate"),
            clear=_leaves_out_0(slope),
            alt=f"{_(title)}: {sentence}",
        )
    st.caption(sentence)


def dose_points(found: Findings, measure: str, rates: Mapping[str, float]) -> pl.DataFrame:
    """Effect on everyone in the last round at each rate, against the lowest, which is 0.

    Parameters
    ----------
    rates
        The arms that differ by rate alone, and the rate of each.

    Returns
    -------
    rate, n, value, low, high, clear; nothing where the measure has no value.
    """
    lowest = min(rates, key=lambda arm: rates[arm])
    rows = found.effects.filter(
        pl.col("measure") == measure,
        pl.col("reference") == lowest,
        pl.col("arm").is_in(list(rates)),
        pl.col("group").is_null(),
        pl.col("round") == pl.col("round").max(),
    ).drop_nulls("value")
    if rows.is_empty():
        return _points([])
    told = [
        (rates[row["arm"]], row["n"], row["value"], row["low"], row["high"], _leaves_out_0(row))
        for row in rows.iter_rows(named=True)
    ]
    return _points([(rates[lowest], rows["n"].max(), 0.0, 0.0, 0.0, False), *sorted(told)])


def _points(rows: Sequence[tuple[object, ...]]) -> pl.DataFrame:
    numbers = dict.fromkeys(("value", "low", "high"), pl.Float64)
    schema = {"rate": pl.Float64, "n": pl.Int64, **numbers, "clear": pl.Boolean}
    return pl.DataFrame(rows, schema=schema, orient="row")


def dose_line(points: pl.DataFrame, slope: float) -> pl.DataFrame:
    """Two ends of the least-squares line through the effects: it goes through their middle."""
    rates, values = points["rate"].to_numpy(), points["value"].to_numpy()
    ends = [rates.min(), rates.max()]
    middle = values.mean() - slope * rates.mean()
    return pl.DataFrame({"rate": ends, "value": [middle + slope * end for end in ends]})


def dose_sentence(
    slope: Mapping[str, Any] | None, subject: str, *, digits: int, _: Translator
) -> str:
    """Say how a measure moves with the rate, and whether that is sure."""
    if slope is None or slope["value"] is None:
        return _("There is no value to compare.")
    # A slope is smaller than the measure.
    told = {
        name: _.signed(STEP * slope[end], digits=digits + 1)
        for name, end in (("size", "value"), ("low", "low"), ("high", "high"))
        if slope[end] is not None
    }
    fields: dict[str, object] = {"subject": subject, "step": _.number(STEP, digits=1), **told}
    if slope["low"] is None:
        return _(
            "For each {step} of the rate, {subject} moves by {size}; one world gives no interval.",
            **fields,
        )
    if _leaves_out_0(slope):
        return _(
            "For each {step} of the rate, {subject} moves by {size} (95% interval {low} to {high}, "
            "which leaves out 0).",
            **fields,
        )
    return _(
        "With the rate, {subject} does not clearly move: {size} for each {step} (95% interval "
        "{low} to {high}, which holds 0).",
        **fields,
    )


def _slope(found: Findings, measure: str) -> dict[str, Any] | None:
    """Return the slope on everyone in the last round; None without a value."""
    rows = found.slopes.filter(
        pl.col("measure") == measure,
        pl.col("group").is_null(),
        pl.col("round") == pl.col("round").max(),
    ).drop_nulls("value")
    return rows.row(0, named=True) if rows.height else None


def _leaves_out_0(row: Mapping[str, Any]) -> bool:
    return row["low"] is not None and bool(row["low"] > 0 or row["high"] < 0)


def _read(row: Mapping[str, Any], digits: int, _: Translator) -> str:
    rate, value = _.number(row["rate"], digits=2), _.signed(row["value"], digits=digits)
    if row["low"] is None or not row["rate"]:
        return _("rate {rate}: {value}", rate=rate, value=value)
    low, high = (_.signed(row[end], digits=digits) for end in ("low", "high"))
    return _("rate {rate}: {value} ({low} to {high})", rate=rate, value=value, low=low, high=high)
