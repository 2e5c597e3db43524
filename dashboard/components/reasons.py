"""Why an item has its score: the bars that add up to it, and how well they are known."""

from __future__ import annotations

import numpy as np
import streamlit as st

from dashboard.charts.reasons import reasons as reasons_chart
from dashboard.components.picture import picture
from dashboard.components.plain import plain
from dashboard.components.reason_parts import parts_of, player_name
from dashboard.components.tables import numbers_table
from dashboard.i18n import Translator
from dashboard.labels import label
from engine.dataset import Dataset
from engine.explanations.explanation import Explanation

__all__ = ["draw_reasons"]


def draw_reasons(
    explanation: Explanation, train: Dataset, *, said: str, name: str, _: Translator
) -> None:
    """Draw the bars of an explanation; ``said`` is what they show, in words, ``name`` its file."""
    parts = parts_of(explanation, train, _)
    unit = _("Score, in the model's own unit")
    picture(reasons_chart, parts, axis_title=unit, alt=said)
    st.markdown(plain(_largest(explanation, train, _)))
    method = label(_, explanation.method)
    st.caption(
        _.ngettext(
            "Method: {method}. {n} history scored.",
            "Method: {method}. {n} histories scored.",
            explanation.evaluations,
            method=method,
        ),
        help=_(
            "Hiding part of a history and asking the model for the score again counts as one "
            "history scored. The same person, model and seed give the same numbers."
        ),
    )
    st.caption(_how_well_known(explanation, _), help=_what_that_means(explanation, _))
    numbers_table(
        [
            {_("What"): what, _("Adds to the score"): adds}
            for what, adds in parts.select("label", "text").iter_rows()
        ],
        _,
        name=name,
    )


def _largest(explanation: Explanation, train: Dataset, _: Translator) -> str:
    """Say which part adds most, which takes most away, and what they come to."""
    sizes = explanation.contributions
    digits = 3 if abs(explanation.score) < 10 else 1
    sentences = []
    if len(sizes) and sizes[best := int(np.argmax(sizes))] > 0:
        sentences.append(
            _(
                "“{part}” adds most: {value}.",
                part=player_name(explanation, best, train, _),
                value=_.signed(float(sizes[best]), digits=digits),
            )
        )
    if len(sizes) and sizes[worst := int(np.argmin(sizes))] < 0:
        sentences.append(
            _(
                "“{part}” takes most away: {value}.",
                part=player_name(explanation, worst, train, _),
                value=_.signed(float(sizes[worst]), digits=digits),
            )
        )
    total = _.number(explanation.score, digits=digits)
    if explanation.game == "margin":
        sentences.append(_("The lead is {total}.", total=total))
    else:
        sentences.append(_("The score is {total}.", total=total))
    return _.paragraph(sentences)


def _how_well_known(explanation: Explanation, _: Translator) -> str:
    if explanation.fit is not None:
        return _fit_words(explanation, _)
    rest = _.number(abs(explanation.residual), digits=6)
    if explanation.method == "leave-one-out":
        return _(
            "What belongs to no single item is {rest}: several of them act together.", rest=rest
        )
    added = _("The bars add up to the score; what is left over is {rest}.", rest=rest)
    if explanation.standard_errors is None:
        return added
    if np.isnan(explanation.standard_errors).any():
        return _.paragraph([added, _("One draw says nothing of its own error.")])
    unsure = _.ngettext(
        "{n} part cannot be told from 0; the lines on the bars are 95% intervals.",
        "{n} parts cannot be told from 0; the lines on the bars are 95% intervals.",
        int(explanation.is_unsure.sum()),
    )
    if explanation.told_apart is not False:
        return _.paragraph([added, unsure])
    close = _("Which five are the largest is not certain: the fifth and the next are too close.")
    return _.paragraph([added, unsure, close])


def _fit_words(explanation: Explanation, _: Translator) -> str:
    fit = explanation.fit
    if fit is None or np.isnan(fit):
        return _("The score did not move at all, so how well the line fits is not defined.")
    words = _(
        "Fit of the line, on histories it was not drawn through: R² {fit}.",
        fit=_.number(fit, digits=2),
    )
    if fit >= 0.8:
        return words
    return _.paragraph([words, _("That is a poor fit: do not lean on these bars.")])


def _what_that_means(explanation: Explanation, _: Translator) -> str:
    if explanation.fit is not None:
        return _(
            "1 is a perfect fit, 0 no better than one number for all histories. Bars of a fitted "
            "line need not add up to the score; what they leave over is shown as its own bar."
        )
    if explanation.method == "leave-one-out":
        return _(
            "Each bar is what the score loses when that item alone is taken out. Two items that "
            "stand in for each other then both look small."
        )
    return _(
        "Each bar is what the item adds to the score, on average over every order in which the "
        "history could have been put together (the Shapley value)."
    )
