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
from engine.explanations.main_parameters import EXPLORATION, PARAMETERS

__all__ = [
    "draw_groups",
    "draw_parameters",
    "exploration_sentence",
    "parameter_name",
    "parameters_sentence",
]


def parameters_sentence(table: pl.DataFrame, _: Translator) -> str:
    """Say which parameter counts most, and that of two."""
    rows = _of_scores(table).sort("value", descending=True)
    first = rows.row(0, named=True)
    if first["value"] is None:
        return _("Nothing moves the scores of this model.")
    return _(
        "On average {share} of the score of a person's best item comes from {parameter}.",
        share=_.percent(first["value"]),
        parameter=parameter_name(first["parameter"], _),
    )


def draw_parameters(table: pl.DataFrame, _: Translator) -> None:
    """Draw the shares of everyone together."""
    rows = _of_scores(table).filter(pl.col("value").is_not_null())
    shown = pl.DataFrame(
        [
            {
                "label": parameter_name(row["parameter"], _),
                "value": row["value"],
                "low": row["value"] if row["low"] is None else row["low"],
                "high": row["value"] if row["high"] is None else row["high"],
                "text": _share(row, _),
            }
            for row in rows.iter_rows(named=True)
        ]
    )
    title = _("Share of the score, with 95% intervals")
    picture(parameters_chart, shown, axis_title=title, alt=parameters_sentence(table, _))


def exploration_sentence(table: pl.DataFrame, _: Translator) -> str:
    """Say which share of all places was not filled by score."""
    (row,) = table.filter(pl.col("by").is_null() & (pl.col("parameter") == EXPLORATION)).iter_rows(
        named=True
    )
    return _(
        "Exploration: a draw or a rule, not the score, filled {share} of the places of a list on "
        "average, over {people} people.",
        share=_share(row, _),
        people=_.number(row["n"], digits=0),
    )


def draw_groups(table: pl.DataFrame, by: str, _: Translator) -> None:
    """Draw a table with a row a group; a group that is withheld has none."""
    rows = table.filter(pl.col("by") == by)
    columns: dict[str, list[str]] = {_("Group"): []}
    for group in rows["group"].unique(maintain_order=True):
        columns[_("Group")].append(value_label(_, group))
        own = {row["parameter"]: row for row in rows.filter(pl.col("group") == group).to_dicts()}
        for name in (*PARAMETERS, EXPLORATION):
            cell = _("withheld") if name not in own else _share_of(own[name], _)
            columns.setdefault(parameter_name(name, _), []).append(cell)
    grid(pl.DataFrame(columns))
    st.caption(
        _(
            "Groups of fewer than {n} people are withheld, and so is whatever would give them "
            "away.",
            n=Settings().min_group,
        )
    )


def _of_scores(table: pl.DataFrame) -> pl.DataFrame:
    """Of everyone, what makes up scores."""
    return table.filter(pl.col("by").is_null() & pl.col("parameter").is_in(PARAMETERS))


def _share_of(row: dict[str, float | None], _: Translator) -> str:
    return _("{share}, n = {n}", share=_share(row, _), n=_.number(row["n"] or 0, digits=0))


def _share(row: dict[str, float | None], _: Translator) -> str:
    value, low, high = row["value"], row["low"], row["high"]
    if value is None:
        return "–"
    if low is None or high is None:
        return _.percent(value)
    return _(
        "{value} ({low} to {high})",
        value=_.percent(value),
        low=_.percent(low),
        high=_.percent(high),
    )


def parameter_name(parameter: str, _: Translator) -> str:
    """Return what a person reads for one of the parameters."""
    names = {
        "history": _("what the person chose before"),
        "prior": _("what the item gets whoever asks"),
        "attributes": _("what is known of the person"),
        EXPLORATION: _("places filled by exploration"),
    }
    return names[parameter]
