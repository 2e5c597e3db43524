"""One effect as a card: value, change, interval, n, and the panel of before and now."""

from __future__ import annotations

from typing import Literal

import polars as pl
import streamlit as st

from audits.results import DIFFERENCE, Result
from dashboard.charts.effect import effect
from dashboard.components.effect_words import effect_sentence
from dashboard.components.effects import Effect
from dashboard.components.figures import (
    decimals,
    direction,
    interval_text,
    n_text,
    range_text,
    value_text,
    with_ends,
)
from dashboard.components.picture import picture
from dashboard.components.rate import rate_name
from dashboard.i18n import Translator
from engine.config import RunConfig

__all__ = ["change_words", "draw_effect"]

Colour = Literal["blue", "orange", "gray"]


def draw_effect(card: Effect, run: RunConfig, _: Translator) -> None:
    """Draw one card: value, change, interval and n, and the panel of before and now."""
    moved = direction(card.change)
    with st.container(border=True, height="stretch", gap="xsmall"):
        st.metric(
            card.title,
            value_text(_, card.now),
            delta=_delta(card, run, _),
            delta_color=_colour(card),
            delta_arrow="up" if moved > 0 else "down" if moved < 0 else "off",
            delta_description=_("from rate 0") if run.rate else None,
            help=card.definition,
        )
        if card.now is not None:
            st.caption(f"{range_text(_, card.now)} · {n_text(_, card.now)}")
        points = _points(card, run, _)
        if points.height:
            picture(
                effect,
                points.with_row_index("place"),
                x_title=_("Exploration rate"),
                zero_line=card.now is not None and card.now.group == DIFFERENCE,
                alt=_(
                    "{label}: {text}",
                    label=card.title,
                    text=_.clauses(points["spoken"].to_list()),
                ),
            )
        # Beneath the picture, so that words of two lines do not push it lower than the others.
        st.markdown(effect_sentence(card, run, _))
        st.caption(card.note)


def _delta(card: Effect, run: RunConfig, _: Translator) -> str | None:
    if run.rate == 0 or card.change is None or card.change.value is None:
        return None
    return _.signed(card.change.value, digits=decimals(card.change.metric))


def _colour(card: Effect) -> Colour:
    """Blue for better, orange for worse: told apart by any eye, and by the sign beside it."""
    gain = direction(card.change) * card.wanted
    return "blue" if gain > 0 else "orange" if gain < 0 else "gray"


def change_words(change: Result, _: Translator) -> str:
    """Say whether a change is clear, with its interval."""
    ends = range_text(_, change, signed=True)
    if direction(change) and change.value is not None:
        size = _.signed(change.value, digits=decimals(change.metric))
        return _("change from rate 0: {change}", change=with_ends(_, size, ends))
    return _("no clear change: {ends}", ends=ends)


def _points(card: Effect, run: RunConfig, _: Translator) -> pl.DataFrame:
    states = {0.0: card.before, run.rate: card.now}
    rows = [
        {
            "short": _.number(rate, digits=2) if rate else "0",
            "state": rate_name(rate, _),
            "text": value_text(_, result),
            "spoken": f"{rate_name(rate, _)} {value_text(_, result)}, {interval_text(_, result)}",
            "value": result.value,
            "low": result.low,
            "high": result.high,
            "n": result.n,
        }
        for rate, result in states.items()
        if result is not None and result.value is not None
    ]
    return pl.DataFrame(rows)
