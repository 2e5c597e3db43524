"""One measure of every group of items: sentence, picture, table."""

from __future__ import annotations

import polars as pl
import streamlit as st

from audits.catalogue import metric
from audits.groups import MISSING
from audits.results import GAPS, MAD, Result
from audits.settings import Settings
from audits.total_rows import FEW
from dashboard.charts.groups import groups as groups_chart
from dashboard.components.figures import interval_text, range_text, value_text, with_ends
from dashboard.components.picture import picture
from dashboard.components.plain import plain
from dashboard.components.tables import numbers_table
from dashboard.i18n import Translator
from dashboard.labels import item_attribute_label

__all__ = ["PROVIDER_MEASURES", "draw_providers", "provider_sentence"]

PROVIDER_MEASURES = (
    "exposure_share",
    "exposure_merit",
    "disparate_treatment",
    "disparate_impact",
    "mean_gain",
    "selection_rate",
    "impact_ratio",
)
EQUAL = {"exposure_merit": 1.0, "disparate_treatment": 1.0, "disparate_impact": 1.0}
MOST_DRAWN = 12


def provider_sentence(rows: tuple[Result, ...], name: str, _: Translator) -> str:
    """Say which groups of items have the most and the least of a measure."""
    known = sorted(_stated(rows, name), key=lambda row: row.value or 0.0)
    if len(known) < 2:
        return _("There are fewer than two groups to compare.")
    least, most = known[0], known[-1]
    sentence = _(
        "{measure} is highest for {most}, {most_value} ({most_interval}), and lowest for {least}, "
        "{least_value} ({least_interval}); n = {n}.",
        measure=_(metric(name).label),
        most=item_attribute_label(_, most.group or ""),
        most_value=value_text(_, most),
        most_interval=interval_text(_, most),
        least=item_attribute_label(_, least.group or ""),
        least_value=value_text(_, least),
        least_interval=interval_text(_, least),
        n=_.number(most.n, digits=0),
    )
    return plain(sentence)


def draw_providers(rows: tuple[Result, ...], name: str, _: Translator) -> None:
    """Draw the picture of one measure, and the table of all of them."""
    known = sorted(_stated(rows, name), key=lambda row: row.value or 0.0)
    drawn = known if len(known) <= MOST_DRAWN else [*known[:6], *known[-6:]]
    if not drawn:
        st.info(_("There is nothing to draw: no group has a value."))
        return
    equal = EQUAL.get(name)
    picture(
        groups_chart,
        pl.DataFrame([_point(row, _) for row in drawn]),
        overall=equal if equal is not None else _mean(known),
        overall_label=_("equal: 1") if equal is not None else _("mean of the groups"),
        title=_(metric(name).label),
        alt=_(
            "{measure}, one point and interval a group of items; the table below has the numbers.",
            measure=_(metric(name).label),
        ),
    )
    if len(drawn) < len(known):
        st.caption(
            _.ngettext(
                "{n} group between the six highest and the six lowest is in the table alone.",
                "{n} groups between the six highest and the six lowest are in the table alone.",
                len(known) - len(drawn),
            )
        )
    unstated = next((row for row in _known(rows, name) if row.group == MISSING), None)
    if unstated is not None:
        st.caption(
            _(
                "Items of which the data state no group are in the table alone: {value}.",
                value=with_ends(_, value_text(_, unstated), interval_text(_, unstated)),
            )
        )
    for sentence in _asides(rows, name, _):
        st.caption(plain(sentence))
    numbers_table(_table(rows, _), _, name="providers")


def _asides(rows: tuple[Result, ...], name: str, _: Translator) -> list[str]:
    """Say how far apart the groups are on average, and which of them are withheld."""
    sentences = []
    gap = next((row for row in rows if (row.metric, row.group) == (name, MAD)), None)
    if gap is not None and gap.value is not None:
        sentences.append(
            _(
                "Mean gap over all pairs of groups (MAD): {value}.",
                value=with_ends(_, value_text(_, gap), interval_text(_, gap)),
            )
        )
    hidden = [
        item_attribute_label(_, row.group or "")
        for row in rows
        if row.metric == name and row.interval == FEW
    ]
    if hidden:
        sentences.append(
            _.ngettext(
                "{n} group is withheld: {groups}. Fewer than {least} people stand behind it, or it "
                "would give away one with so few.",
                "{n} groups are withheld: {groups}. Fewer than {least} people stand behind each, "
                "or they would give away one with so few.",
                len(hidden),
                groups=_.listing(hidden),
                least=_.number(Settings().min_group, digits=0),
            )
        )
    return sentences


def _known(rows: tuple[Result, ...], name: str) -> list[Result]:
    named = [row for row in rows if row.metric == name and row.group not in GAPS]
    return [row for row in named if row.value is not None]


def _stated(rows: tuple[Result, ...], name: str) -> list[Result]:
    """Return the rows of groups that have a name: items without one are nobody's."""
    return [row for row in _known(rows, name) if row.group != MISSING]


def _mean(rows: list[Result]) -> float:
    return sum(row.value or 0.0 for row in rows) / len(rows)


def _point(row: Result, _: Translator) -> dict[str, object]:
    value = value_text(_, row)
    return {
        "group": item_attribute_label(_, row.group or ""),
        "value": row.value,
        "low": row.low,
        "high": row.high,
        "value_text": value,
        "text": with_ends(_, value, interval_text(_, row)),
    }


def _table(rows: tuple[Result, ...], _: Translator) -> list[dict[str, str | int]]:
    table = []
    for group in dict.fromkeys(row.group for row in rows if row.group not in GAPS):
        found = {row.metric: row for row in rows if row.group == group}
        line: dict[str, str | int] = {_("Group of items"): item_attribute_label(_, group or "")}
        for name in PROVIDER_MEASURES:
            ends = range_text(_, found[name])
            line[_(metric(name).label)] = with_ends(_, value_text(_, found[name]), ends)
        line[_("People (n)")] = found["exposure_share"].n
        table.append(line)
    return table
