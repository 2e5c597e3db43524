"""Why an item has its score: the sentence, the bars that add up to it, and how it was found."""

from __future__ import annotations

import numpy as np
import polars as pl
import streamlit as st

from dashboard.charts.reasons import reasons as reasons_chart
from dashboard.i18n import Translator
from dashboard.labels import label
from engine.dataset import Dataset
from engine.explanations.explanation import Explanation

__all__ = ["draw_reasons", "parts_of"]

SHOWN = 8
NOTICEABLE = 1e-3


def parts_of(explanation: Explanation, train: Dataset, _: Translator) -> pl.DataFrame:
    """Return the bars: base value, the largest contributions, all others, the score.

    Columns label, value, kind ("step" or "total"), text; the steps add up to the total.
    """
    order = np.argsort(-np.abs(explanation.contributions), kind="stable")
    digits = 3 if abs(explanation.score) < 10 else 1
    steps: list[tuple[str, float]] = [(_("base value (no history)"), explanation.base_value)]
    steps += [
        (train.items["title"][int(explanation.players[i])], float(explanation.contributions[i]))
        for i in order[:SHOWN]
    ]
    rest = order[SHOWN:]
    if len(rest):
        others = _.ngettext("{n} other item", "{n} other items", len(rest))
        steps.append((others, float(explanation.contributions[rest].sum())))
    if abs(explanation.residual) > NOTICEABLE * max(abs(explanation.score), 1e-9):
        steps.append((_("several items together"), explanation.residual))
    rows = [(name, value, "step", _.signed(value, digits=digits)) for name, value in steps]
    rows.append(
        (_("score"), explanation.score, "total", _.number(explanation.score, digits=digits))
    )
    return pl.DataFrame(rows, schema=["label", "value", "kind", "text"], orient="row")


def draw_reasons(explanation: Explanation, train: Dataset, *, sentence: str, _: Translator) -> None:
    """Draw why one item has its score."""
    parts = parts_of(explanation, train, _)
    st.caption(_("In numbers: what each part of the history adds to the score"))
    st.altair_chart(
        reasons_chart(parts, axis_title=_("Score, in the model's own unit")), alt=sentence
    )
    total = explanation.base_value + explanation.contributions.sum() + explanation.residual
    st.caption(
        _.ngettext(
            "Method: {method}. {n} history scored. The bars add up to the score; "
            "what is left over is {rest}.",
            "Method: {method}. {n} histories scored. The bars add up to the score; "
            "what is left over is {rest}.",
            explanation.evaluations,
            method=label(_, explanation.method),
            rest=_.number(abs(explanation.score - float(total)), digits=6),
        )
    )
    with st.expander(_("These numbers as a table"), icon=":material/table:"):
        table = parts.select(
            pl.col("label").alias(_("What")), pl.col("text").alias(_("Adds to the score"))
        )
        st.dataframe(table, hide_index=True)
