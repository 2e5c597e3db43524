"""What rounds of feedback do to groups of people, and whether one narrows faster."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl
import streamlit as st

from audits.effects import over_seeds
from audits.meter import BUBBLE_SETTINGS
from dashboard.charts.palette import NOW, OTHER_RATES
from dashboard.charts.rounds import rounds as rounds_chart
from dashboard.components.change_cell import change_cell
from dashboard.components.loop_controls import arm_label
from dashboard.components.loop_gaps import draw_gaps, gap_sentence
from dashboard.components.loop_panels import PANELS, bands
from dashboard.components.picture import picture
from dashboard.components.plain import plain
from dashboard.components.tables import grid
from dashboard.findings import Findings
from dashboard.i18n import Translator
from dashboard.labels import attribute_label, attribute_words, value_label

__all__ = ["MEASURES", "draw_groups", "group_sentence"]

MEASURES = ("profile_drift", "intra_user_diversity", "utility", "regret")
GAP = " - "
# As many lines as there are colours.
MOST_LINES = 5
# Pixels that a legend takes from its picture, a row.
LEGEND_ROW = 22


def draw_groups(found: Findings, *, attribute: str, now: str, against: str, _: Translator) -> None:
    """Draw the groups of an attribute round by round, and how each differs from the reference."""
    st.header(_("Group by group"), anchor=False)
    own = found.measures.filter(pl.col("by") == attribute)
    names = [name for name in own["group"].unique(maintain_order=True) if GAP not in name]
    if len(names) < 2:
        st.info(_("No two groups are large enough to be shown."))
        return
    many = len(names) > 2
    say = gap_sentence if many else group_sentence
    sentence = say(found, now, attribute, _)
    if sentence is not None:
        st.markdown(sentence)
    panels = [panel for panel in PANELS if panel[0] in MEASURES]
    at_now = own.filter(pl.col("arm") == now)
    for column, panel in zip(st.columns(len(panels)), panels, strict=True):
        with column, st.container(border=True):
            _draw_lines(at_now, names[:MOST_LINES], panel[0], _(panel[1]), _(panel[3]), _)
    if len(names) > MOST_LINES:
        st.caption(
            _("The pictures show the first {n} groups, the table all of them.", n=MOST_LINES)
        )
    if many:
        draw_gaps(found, now, attribute, _)
    _draw_table(found, attribute, now, against, _)
    st.caption(
        _(
            "Groups of fewer than {n} people are withheld, and so is whatever would give them "
            "away.",
            n=BUBBLE_SETTINGS["smallest_group"],
        )
    )


def _draw_lines(
    measures: pl.DataFrame,
    names: Sequence[str],
    measure: str,
    title: str,
    definition: str,
    _: Translator,
) -> None:
    st.markdown(f"**{title}**", help=definition)
    # A picture shows its words as they are: nothing is to be kept from being markup.
    lines = {name: value_label(_, name) for name in names}
    frame = bands(measures, measure, lines, column="group")
    if frame.is_empty():
        st.caption(_("There is no value to compare."))
        return
    picture(
        rounds_chart,
        frame,
        colours=[NOW, *OTHER_RATES][: len(names)],
        round_title=_("Round (simulated)"),
        height=200 + LEGEND_ROW * -(-len(names) // 2),
        legend_columns=2,
        alt=title,
    )


def _draw_table(found: Findings, attribute: str, now: str, against: str, _: Translator) -> None:
    """Draw the difference from the reference of each group, and between groups, with intervals."""
    last = found.effects.filter(
        pl.col("round") == pl.col("round").max(),
        pl.col("by") == attribute,
        pl.col("arm") == now,
        pl.col("reference") == against,
    )
    titles = {panel[0]: (_(panel[1]), panel[4]) for panel in PANELS if panel[0] in MEASURES}
    st.markdown(
        _(
            "In the last round, {arm} less “{against}”, with the 95% interval over worlds: ✱ "
            "leaves out 0, ○ holds 0.",
            arm=arm_label(now, _),
            against=arm_label(against, _),
        )
    )
    rows = []
    for name in last["group"].unique(maintain_order=True):
        cells = {row["measure"]: row for row in last.filter(pl.col("group") == name).to_dicts()}
        rows.append(
            {
                attribute_label(_, attribute): _group_name(name, _),
                **{
                    title: change_cell(cells.get(measure), digits, _)
                    for measure, (title, digits) in titles.items()
                },
            }
        )
    grid(pl.DataFrame(rows))


def _group_name(name: str, _: Translator) -> str:
    if GAP not in name:
        return value_label(_, name)
    first, second = (value_label(_, part) for part in name.split(GAP))
    return _("{first} less {second}", first=first, second=second)


def group_sentence(found: Findings, arm: str, attribute: str, _: Translator) -> str | None:
    """Say whose profiles shift more, and whether that is sure; None without two groups."""
    gaps = found.measures.filter(
        pl.col("measure") == "profile_drift",
        pl.col("arm") == arm,
        pl.col("group").str.contains(" - ", literal=True),
        pl.col("round") == pl.col("round").max(),
    )
    if gaps.is_empty():
        return None
    row = over_seeds(gaps, by=["group"]).row(0, named=True)
    if row["low"] is None:
        return None
    first, second = (value_label(_, name) for name in str(row["group"]).split(" - "))
    fields: dict[str, object] = {
        "first": first,
        "second": second,
        "arm": arm_label(arm, _),
        "size": _.signed(row["value"], digits=4),
        "low": _.signed(row["low"], digits=4),
        "high": _.signed(row["high"], digits=4),
    }
    if row["low"] > 0 or row["high"] < 0:
        sentence = _(
            "By {attribute}, at {arm}: the profiles of {first} shift by {size} against those of "
            "{second} (95% interval {low} to {high}, which leaves out 0).",
            attribute=attribute_words(_, attribute),
            **fields,
        )
    else:
        sentence = _(
            "By {attribute}, at {arm}: no clear difference between the shift of profiles of "
            "{first} and of {second}: {size} (95% interval {low} to {high}, which holds 0).",
            attribute=attribute_words(_, attribute),
            **fields,
        )
    return plain(sentence)
