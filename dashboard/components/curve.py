"""The whole curve over the rate, with the current point on it: accuracy, and one effect beside."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl
import streamlit as st

from audits.measured import Setting
from audits.results import GAP, Result
from dashboard import loaders
from dashboard.charts.curve import curve as curve_chart
from dashboard.components.effect_card import change_words
from dashboard.components.effects import Effect
from dashboard.components.figures import interval_text, range_text, value_text, with_ends
from dashboard.components.job_card import await_jobs
from dashboard.components.picture import picture
from dashboard.components.rate import rate_name
from dashboard.components.tables import numbers_table, result_row
from dashboard.i18n import Translator
from dashboard.jobs.fitting import NotYetError
from dashboard.state import Selection, settle

__all__ = ["curve"]


def curve(
    selection: Selection, effects: Sequence[Effect], attribute: str | None, _: Translator
) -> None:
    """Draw accuracy and one chosen effect over all rates, and where the slider stands."""
    st.header(_("The whole range of the rate"), anchor=False)
    accuracy, *others = effects
    by_measure = {effect.measure: effect for effect in others}
    chosen = settle("effect", list(by_measure), usual=GAP if attribute else None)
    st.segmented_control(
        _("Beside accuracy"),
        list(by_measure),
        format_func=lambda measure: by_measure[measure].title,
        required=True,
        key="effect",
        wrap=True,
    )
    by = () if attribute is None else (attribute,)
    with st.spinner(_("Measuring every rate …")):
        try:
            settings = loaders.curve(selection.greedy, by)
        except NotYetError as needed:
            await_jobs([needed], _, where="curve")
            return
    shown = [accuracy, by_measure[chosen]]
    for column, effect in zip(st.columns(2), shown, strict=True):
        with column, st.container(border=True, height="stretch"):
            _panel(effect, settings, selection.run.rate, _)
    st.caption(
        _(
            "Every tenth of the rate, all from the same draws, so that rates differ by nothing "
            "else. The band is the 95% interval; the blue point is where the slider stands."
        )
    )
    rows = [
        result_row(
            _,
            setting.rows.get(effect.measure),
            **{_("Measure"): effect.title, _("List"): rate_name(setting.rate, _)},
        )
        for effect in shown
        for setting in settings
    ]
    numbers_table(rows, _, name="rates")


def _panel(effect: Effect, settings: Sequence[Setting], rate: float, _: Translator) -> None:
    st.markdown(f"**{effect.title}**", help=effect.definition)
    points = [
        _point(setting.rate, setting.rows.get(effect.measure), _)
        for setting in settings
        if _has_value(setting.rows.get(effect.measure))
    ]
    if not points or not _has_value(effect.now):
        st.info(_("There is nothing to draw: the data do not give this measure."))
        return
    now = {**_point(rate, effect.now, _), "label": value_text(_, effect.now)}
    picture(
        curve_chart,
        pl.DataFrame(points, schema_overrides=_ENDS),
        pl.DataFrame([now], schema_overrides=_ENDS),
        x_title=_("Exploration rate"),
        y_title="",
        zero_line=effect.measure == GAP,
        alt=_(
            "{measure} over the exploration rate, from 0 to 1; now {value}. The table below has "
            "the numbers.",
            measure=effect.title,
            value=value_text(_, effect.now),
        ),
    )
    st.caption(_.paragraph([_now(effect, rate, _), _span(effect, settings, _)]))


_ENDS = dict.fromkeys(("rate", "value", "low", "high"), pl.Float64)


def _has_value(row: Result | None) -> bool:
    return row is not None and row.value is not None


def _point(rate: float, row: Result | None, _: Translator) -> dict[str, object]:
    assert row is not None
    # A number without an interval is a line of no width, not a gap in the band.
    return {
        "rate": rate,
        "value": row.value,
        "low": row.value if row.low is None else row.low,
        "high": row.value if row.high is None else row.high,
        "text": _(
            "{label}: {text}",
            label=rate_name(rate, _),
            text=with_ends(_, value_text(_, row), interval_text(_, row)),
        ),
    }


def _now(effect: Effect, rate: float, _: Translator) -> str:
    parts = (
        [with_ends(_, value_text(_, effect.now), range_text(_, effect.now))] if effect.now else []
    )
    if rate and effect.change is not None:
        parts.append(change_words(effect.change, _))
    return _("Now {numbers}; {note}.", numbers=_.clauses(parts), note=effect.note)


def _span(effect: Effect, settings: Sequence[Setting], _: Translator) -> str:
    """Say where the measure is highest and lowest."""
    known = [s for s in settings if _has_value(s.rows.get(effect.measure))]
    ordered = sorted(known, key=lambda setting: setting.rows[effect.measure].value or 0.0)
    lowest, highest = ordered[0], ordered[-1]
    row = highest.rows[effect.measure]
    return _(
        "Highest at {high_rate}: {high} ({interval}, n = {n}); lowest at {low_rate}: {low} "
        "({low_interval}).",
        high_rate=rate_name(highest.rate, _),
        high=value_text(_, row),
        interval=interval_text(_, row),
        n=_.number(row.n, digits=0),
        low_rate=rate_name(lowest.rate, _),
        low=value_text(_, lowest.rows[effect.measure]),
        low_interval=interval_text(_, lowest.rows[effect.measure]),
    )
