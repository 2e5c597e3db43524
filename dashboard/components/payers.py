"""Which groups pay for exploration: what it does to the accuracy of each."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl
import streamlit as st

from audits.results import Result
from dashboard import loaders
from dashboard.charts.payers import payers as payers_chart
from dashboard.components.figures import decimals, direction, interval_text, with_ends
from dashboard.components.group_rows import draw_suppressed
from dashboard.components.picture import picture
from dashboard.components.plain import plain
from dashboard.components.rate import rate_name
from dashboard.components.tables import numbers_table, result_row
from dashboard.i18n import Translator
from dashboard.labels import attribute_label, attribute_words, value_label
from dashboard.state import Selection, settle

__all__ = ["payers"]

MEASURE = "ndcg"


def payers(selection: Selection, attributes: list[str], _: Translator) -> None:
    """Draw the change of accuracy of every group from rate 0."""
    run = selection.run
    st.header(_("Who pays for it?"), anchor=False)
    if not attributes:
        st.info(
            _("This data set says nothing about its people, so there are no groups to compare."),
            icon=":material/group_off:",
        )
        return
    if run.rate == 0:
        st.info(_("Nobody: at rate 0 nothing is explored. Move the slider."))
        return
    attribute = settle("attribute", attributes)
    st.selectbox(
        _("Compare by"),
        attributes,
        format_func=lambda name: attribute_label(_, name),
        key="attribute",
        width=360,
    )
    rows = [row for row in loaders.change_by_group(run, attribute) if row.metric == MEASURE]
    if not rows:
        st.info(_("There is nothing to draw: no group has a value."))
    else:
        st.markdown(f"**{_sentence(rows, run.rate, _)}**")
        _draw(rows, attribute, _)
    draw_suppressed(loaders.summary(run, (attribute,)), MEASURE, attribute, _)


def _sentence(rows: Sequence[Result], rate: float, _: Translator) -> str:
    losers = [row for row in rows if direction(row) < 0]
    winners = [row for row in rows if direction(row) > 0]
    unclear = [value_label(_, row.group) for row in rows if direction(row) == 0]
    sentences = []
    for found, template in (
        (losers, _("At {rate}, accuracy falls for {groups}.")),
        (winners, _("At {rate}, accuracy rises for {groups}.")),
    ):
        if found:
            ordered = sorted(found, key=lambda row: -abs(row.value or 0.0))
            named = [_named(row, _) for row in ordered]
            sentences.append(template.format(rate=rate_name(rate, _), groups=_.listing(named)))
    if unclear:
        sentences.append(_("No clear change for {groups}.", groups=_.listing(unclear)))
    return plain(_.paragraph(sentences))


def _named(row: Result, _: Translator) -> str:
    size = _.signed(row.value or 0.0, digits=decimals(MEASURE))
    return _(
        "{group} ({size}, {interval})",
        group=value_label(_, row.group),
        size=size,
        interval=interval_text(_, row, signed=True),
    )


def _draw(rows: Sequence[Result], attribute: str, _: Translator) -> None:
    points = pl.DataFrame([_point(row, _) for row in rows])
    with st.container(border=True):
        picture(
            payers_chart,
            points,
            title=_("Change of accuracy from rate 0"),
            alt=_(
                "Change of accuracy by {attribute}, one point and interval a group; the table "
                "below has the numbers.",
                attribute=attribute_words(_, attribute),
            ),
        )
        group = attribute_label(_, attribute)
        table = [result_row(_, row, **{group: value_label(_, row.group)}) for row in rows]
        numbers_table(table, _, name="payers")
    st.caption(
        _(
            "Each person is compared with themselves at rate 0. Intervals are 95% for each group "
            "alone: of twenty groups that lose nothing, one may seem to."
        )
    )


def _point(row: Result, _: Translator) -> dict[str, object]:
    value = _.signed(row.value or 0.0, digits=decimals(MEASURE))
    return {
        "group": _(
            "{group} (n = {n})", group=value_label(_, row.group), n=_.number(row.n, digits=0)
        ),
        "value": row.value,
        "low": row.value if row.low is None else row.low,
        "high": row.value if row.high is None else row.high,
        "value_text": value,
        "text": with_ends(_, value, interval_text(_, row, signed=True)),
        "sign": direction(row),
    }
