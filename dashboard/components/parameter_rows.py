"""The main parameters of a model: the sentence, the bars, and the groups beside each other."""

from __future__ import annotations

import polars as pl
import streamlit as st

from audits.settings import Settings
from dashboard.charts.parameters import parameters as parameters_chart
from dashboard.components.picture import picture
from dashboard.components.tables import grid
from dashboard.i18n import Translator
from dashboard.labels import value_label
from dashboard.parameter_words import (
    of_scores,
    parameter_name,
    parameters_sentence,
    share_of,
    share_text,
)
from engine.explanations.main_parameters import EXPLORATION, PARAMETERS

__all__ = ["draw_groups", "draw_parameters"]


def draw_parameters(table: pl.DataFrame, _: Translator) -> None:
    """Draw the shares of everyone together."""
    rows = of_scores(table).filter(pl.col("value").is_not_null())
    shown = pl.DataFrame(
        [
            {
                "label": parameter_name(row["parameter"], _),
                "value": row["value"],
                "low": row["value"] if row["low"] is None else row["low"],
                "high": row["value"] if row["high"] is None else row["high"],
                "text": share_text(row, _),
            }
            for row in rows.iter_rows(named=True)
        ]
    )
    title = _("Share of the score, with 95% intervals")
    picture(parameters_chart, shown, axis_title=title, alt=parameters_sentence(table, _))


def draw_groups(table: pl.DataFrame, by: str, _: Translator) -> None:
    """Draw a table with a row a group; a group that is withheld has none."""
    rows = table.filter(pl.col("by") == by)
    columns: dict[str, list[str]] = {_("Group"): []}
    for group in rows["group"].unique(maintain_order=True):
        columns[_("Group")].append(value_label(_, group))
        own = {row["parameter"]: row for row in rows.filter(pl.col("group") == group).to_dicts()}
        for name in (*PARAMETERS, EXPLORATION):
            cell = _("withheld") if name not in own else share_of(own[name], _)
            columns.setdefault(parameter_name(name, _), []).append(cell)
    grid(pl.DataFrame(columns))
    st.caption(
        _(
            "Groups of fewer than {n} people are withheld, and so is whatever would give them "
            "away.",
            n=Settings().min_group,
        )
    )
