"""One measure in every group: picture, gap, what is withheld, table."""

from __future__ import annotations

import polars as pl
import streamlit as st

from audits.catalogue import metric
from audits.results import DIFFERENCE, GAPS, Result, Summary
from audits.settings import Settings
from dashboard.charts.groups import groups as groups_chart
from dashboard.components.figures import (
    decimals,
    direction,
    extremes,
    find,
    interval_text,
    n_text,
    value_text,
    with_ends,
)
from dashboard.components.picture import picture
from dashboard.components.plain import plain
from dashboard.components.tables import numbers_table, result_row
from dashboard.i18n import Translator
from dashboard.labels import attribute_label, attribute_words, value_label

__all__ = ["draw_groups", "draw_suppressed", "gap_sentence"]


def gap_sentence(audit: Summary, name: str, attribute: str, _: Translator) -> str:
    """Say how wide the gap is, between whom, how sure that is, and what chance alone would give."""
    span = extremes(audit.results, name, attribute)
    gap = find(audit.results, name, by=attribute, group=DIFFERENCE)
    if span is None or gap is None or gap.value is None:
        return _("There are fewer than two groups to compare.")
    digits = decimals(name)
    sentence = _(
        "The gap is {gap} ({interval}): {first} {first_value}, {second} {second_value}.",
        gap=value_text(_, gap),
        interval=interval_text(_, gap),
        first=value_label(_, span.largest.group),
        first_value=with_ends(_, value_text(_, span.largest), n_text(_, span.largest)),
        second=value_label(_, span.smallest.group),
        second_value=with_ends(_, value_text(_, span.smallest), n_text(_, span.smallest)),
    )
    if gap.by_chance is None:
        return plain(sentence)
    sentences = [sentence, _chance_sentence(gap, digits, _)]
    if gap.detectable is not None:
        sentences.append(
            _(
                "Between these two groups a true gap of {value} or more would be found four times "
                "in five.",
                value=_.number(gap.detectable, digits=digits),
            )
        )
    return plain(_.paragraph(sentences))


def _chance_sentence(gap: Result, digits: int, _: Translator) -> str:
    by_chance = _.number(gap.by_chance or 0.0, digits=digits)
    if direction(gap):
        return _("If groups meant nothing, chance alone would give {value}.", value=by_chance)
    return _(
        "The interval holds 0: which group is ahead is not certain. If groups meant nothing, "
        "chance alone would give {value}.",
        value=by_chance,
    )


def draw_groups(audit: Summary, name: str, attribute: str, _: Translator) -> None:
    """Draw the picture, and the table beneath it."""
    rows = [
        r
        for r in audit.results
        if (r.metric, r.by) == (name, attribute) and r.group not in GAPS and r.value is not None
    ]
    overall = find(audit.results, name)
    if not rows or overall is None or overall.value is None:
        st.info(_("There is nothing to draw: no group has a value."))
        return
    points = pl.DataFrame([_point(row, _) for row in rows])
    picture(
        groups_chart,
        points,
        overall=overall.value,
        overall_label=_("everyone: {value}", value=value_text(_, overall)),
        title=_(metric(name).label),
        alt=_(
            "{measure} by {attribute}, one point and interval a group; the table below has the "
            "numbers.",
            measure=_(metric(name).label),
            attribute=attribute_words(_, attribute),
        ),
    )
    group = attribute_label(_, attribute)
    table = [result_row(_, row, **{group: value_label(_, row.group)}) for row in rows]
    table.append(result_row(_, overall, **{group: _("everyone")}))
    gap = find(audit.results, name, by=attribute, group=DIFFERENCE)
    table.append(result_row(_, gap, **{group: _("gap (largest minus smallest)")}))
    numbers_table(table, _, name="groups")


def _point(row: Result, _: Translator) -> dict[str, object]:
    value = value_text(_, row)
    return {
        "group": _(
            "{group} (n = {n})", group=value_label(_, row.group), n=_.number(row.n, digits=0)
        ),
        "value": row.value,
        "low": row.low,
        "high": row.high,
        "value_text": value,
        "text": with_ends(_, value, interval_text(_, row)),
    }


def draw_suppressed(audit: Summary, name: str, attribute: str, _: Translator) -> None:
    """Name the groups that are withheld, and say why."""
    hidden = [
        value_label(_, cell.group)
        for cell in audit.suppressed
        if (cell.metric, cell.by) == (name, attribute)
    ]
    if hidden:
        sentence = _.ngettext(
            "{n} group is withheld: {groups}. It has fewer than {least} people, or would give "
            "away one that does.",
            "{n} groups are withheld: {groups}. They have fewer than {least} people, or would "
            "give away one that does.",
            len(hidden),
            groups=_.listing(hidden),
            least=_.number(Settings().min_group, digits=0),
        )
        st.caption(plain(sentence))
