"""Fronts of accuracy against variety and against the gap, over policies and rates."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import polars as pl
import streamlit as st

from audits.measured import Setting
from audits.pareto import front
from audits.results import GAP, Result
from dashboard.charts.pareto import pareto as pareto_chart
from dashboard.components.effects import effect_names
from dashboard.components.figures import range_text, value_text, with_ends
from dashboard.components.picture import picture
from dashboard.components.rate import rate_name
from dashboard.components.tables import numbers_table
from dashboard.i18n import Translator
from dashboard.labels import label
from dashboard.state import policies

__all__ = ["AGAINST", "draw_front", "draw_settings_table", "own_name"]

ACCURACY = "ndcg"
NUMBERS = {name: 1 + number for number, name in enumerate(policies())}
AGAINST = {"intra_list_diversity": 1, GAP: -1}
"""What accuracy is held against, and which side is wanted."""


def own_name(setting: Setting, _: Translator) -> str:
    """Return what a setting is called."""
    if setting.rate == 0:
        return _("the model's own list")
    return f"{label(_, setting.policy)}, {rate_name(setting.rate, _)}"


def draw_front(
    settings: Sequence[Setting], against: str, *, suggested: Setting, _: Translator
) -> None:
    """Draw every setting, and the front of those that none outdoes."""
    names = effect_names(_)
    known = [
        s for s in settings if _value(s, against) is not None and _value(s, ACCURACY) is not None
    ]
    if not known:
        st.info(_("There is nothing to draw: the data do not give this measure."))
        return
    accuracy, other = (
        np.array([_value(s, name) for s in known], dtype=np.float64) for name in (ACCURACY, against)
    )
    on_front = front(accuracy, other, wanted=(1, AGAINST[against]))
    rows = [
        _point(setting, against, bool(on), is_suggested=setting is suggested, _=_)
        for setting, on in zip(known, on_front, strict=True)
    ]
    picture(
        pareto_chart,
        pl.DataFrame(rows),
        x_title=names[against],
        y_title=names[ACCURACY],
        policy_title=_("Policy"),
        alt=_(
            "{upright} against {across}, one mark a setting; the table below has the numbers.",
            upright=names[ACCURACY],
            across=names[against],
        ),
    )
    st.caption(
        _.ngettext(
            "{n} of {known} settings is outdone by none: full marks with their 95% intervals, "
            "joined by the dashed line. The ring is the suggestion. Settings whose intervals meet "
            "may change places.",
            "{n} of {known} settings are outdone by none: full marks with their 95% intervals, "
            "joined by the dashed line. The ring is the suggestion. Settings whose intervals meet "
            "may change places.",
            int(on_front.sum()),
            known=_.number(len(known), digits=0),
        )
    )


def draw_settings_table(settings: Sequence[Setting], _: Translator) -> None:
    """Draw the numbers of all settings behind a fold."""
    names = effect_names(_)
    rows = []
    for setting in settings:
        row: dict[str, str | int] = {_("Setting"): own_name(setting, _)}
        for measure, title in names.items():
            found = setting.rows.get(measure)
            if found is not None:
                row[title] = with_ends(_, value_text(_, found), range_text(_, found))
        rows.append(row | {_("People (n)"): setting.rows[ACCURACY].n})
    numbers_table(rows, _, name="settings")


def _value(setting: Setting, measure: str) -> float | None:
    row = setting.rows.get(measure)
    return None if row is None else row.value


def _ends(axis: str, row: Result) -> dict[str, float | None]:
    return {f"{axis}_low": row.low, f"{axis}_high": row.high}


def _point(
    setting: Setting, against: str, on_front: bool, *, is_suggested: bool, _: Translator
) -> dict[str, object]:
    names = effect_names(_)
    numbers = [
        _(
            "{label}: {text}",
            label=names[measure],
            text=with_ends(
                _, value_text(_, setting.rows[measure]), range_text(_, setting.rows[measure])
            ),
        )
        for measure in (ACCURACY, against)
    ]
    return {
        "policy": label(_, setting.policy),
        "nth": NUMBERS.get(setting.policy, 0),
        "x": _value(setting, against),
        "y": _value(setting, ACCURACY),
        **_ends("x", setting.rows[against]),
        **_ends("y", setting.rows[ACCURACY]),
        "on_front": on_front,
        "suggested": is_suggested,
        "name": rate_name(setting.rate, _) if is_suggested else "",
        "text": _.clauses([own_name(setting, _), *numbers]),
    }
