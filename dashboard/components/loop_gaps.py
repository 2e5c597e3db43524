"""The largest gap between groups of people, picked from many, with an interval that knows it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import polars as pl
import streamlit as st

from dashboard.components.change_cell import change_cell
from dashboard.components.loop_controls import arm_label
from dashboard.components.loop_panels import PANELS
from dashboard.components.plain import plain
from dashboard.components.tables import grid
from dashboard.findings import Findings
from dashboard.i18n import Translator
from dashboard.labels import attribute_label, value_label

__all__ = ["draw_gaps", "gap_sentence"]

DRIFT = "profile_drift"


def draw_gaps(found: Findings, arm: str, attribute: str, _: Translator) -> None:
    """Draw the largest gap of every measure of an arm, in the last round."""
    panels = {panel[0]: (_(panel[1]), panel[4]) for panel in PANELS}
    rows = [
        {
            _("Measure"): panels[row["measure"]][0],
            _("Highest"): _group(row, "highest", _),
            _("Lowest"): _group(row, "lowest", _),
            _("Largest gap"): change_cell(row, panels[row["measure"]][1], _),
        }
        for row in _of(found, arm, attribute).to_dicts()
        if row["measure"] in panels
    ]
    if not rows:
        return
    st.markdown(
        _(
            "Highest group less lowest in the last round, {arm}: ✱ leaves out 0, ○ holds 0.",
            arm=arm_label(arm, _),
        )
    )
    grid(pl.DataFrame(rows), whole=True)
    st.caption(
        _(
            "Of many groups two are always furthest apart. The intervals are so wide that those of "
            "all pairs of groups hold together with 95%, over worlds with these people; n counts "
            "what the value of a group rests on."
        )
    )


def gap_sentence(found: Findings, arm: str, attribute: str, _: Translator) -> str | None:
    """Say whose profiles shift most and least, and whether that is sure; None without groups."""
    rows = _of(found, arm, attribute).filter(pl.col("measure") == DRIFT)
    if rows.is_empty() or rows["low"].item() is None:
        return None
    row = rows.row(0, named=True)
    fields: dict[str, object] = {
        "attribute": attribute_label(_, attribute),
        "arm": arm_label(arm, _),
        "highest": _group(row, "highest", _),
        "lowest": _group(row, "lowest", _),
        "pairs": row["pairs"],
        **{end: _.signed(row[end], digits=4) for end in ("value", "low", "high")},
    }
    if row["low"] > 0 or row["high"] < 0:
        return plain(
            _(
                "By {attribute}, at {arm}: profiles shift most for {highest} and least for "
                "{lowest}, {value} apart (95% interval {low} to {high} for all {pairs} pairs "
                "together, which leaves out 0).",
                **fields,
            )
        )
    return plain(
        _(
            "By {attribute}, at {arm}: no two groups clearly differ in how far profiles shift. "
            "The widest gap is between {highest} and {lowest}: {value} (95% interval {low} to "
            "{high} for all {pairs} pairs together, which holds 0).",
            **fields,
        )
    )


def _of(found: Findings, arm: str, attribute: str) -> pl.DataFrame:
    return found.gaps.filter(pl.col("by") == attribute, pl.col("arm") == arm)


def _group(row: Mapping[str, Any], end: str, _: Translator) -> str:
    name, n = value_label(_, row[end]), _.number(row[f"n_{end}"], digits=0)
    return _("{group} (n = {n})", group=name, n=n)
