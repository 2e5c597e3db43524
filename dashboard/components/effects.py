"""The four effects of exploring: gathered from the audit, drawn as cards with their panels."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

import polars as pl
import streamlit as st

from audits.catalogue import metric
from audits.results import DIFFERENCE, Result
from dashboard import loaders
from dashboard.charts.effect import effect
from dashboard.components.figures import (
    decimals,
    direction,
    extremes,
    find,
    interval_text,
    n_text,
    range_text,
    value_text,
)
from dashboard.components.plain import plain
from dashboard.i18n import Translator
from dashboard.labels import value_label
from engine.config import RunConfig

__all__ = ["Effect", "draw_effect", "effects_of", "rate_name"]

Colour = Literal["blue", "orange", "gray"]


@dataclass(frozen=True)
class Effect:
    """One effect: the measure now, at rate 0, and the change between the two.

    Attributes
    ----------
    title, subject
        The card's title, and how a sentence names it.
    definition
        What the measure is, one hover away.
    note
        One line that helps to read the value.
    wanted
        +1 where more is better, -1 where less is, 0 where neither.
    before, now, change
        Rows of the audit; None where the data cannot give them.
    """

    title: str
    subject: str
    definition: str
    note: str
    wanted: int
    before: Result | None
    now: Result | None
    change: Result | None


def effects_of(run: RunConfig, attribute: str | None, _: Translator) -> list[Effect]:
    """Gather accuracy, the gap between groups, popularity and variety for a run."""
    by = () if attribute is None else (attribute,)
    now = loaders.summary(run, by).results
    before = loaders.summary(replace(run, rate=0.0), by).results
    change = loaders.change_from_greedy(run, by)

    def rows(name: str, **where: str) -> tuple[Result | None, Result | None, Result | None]:
        before_row, now_row, change_row = (find(r, name, **where) for r in (before, now, change))
        return before_row, now_row, change_row

    gap = rows("ndcg", by=attribute, group=DIFFERENCE) if attribute else (None, None, None)
    return [
        Effect(
            _("Accuracy"),
            _("accuracy"),
            _(metric("ndcg").definition),
            _("NDCG@{k}: 1 is a perfect list", k=run.n),
            1,
            *rows("ndcg"),
        ),
        Effect(
            _("Gap between groups"),
            _("the gap between groups"),
            _("Accuracy of the group it is highest for, minus that of the group it is lowest for."),
            _gap_note(now, attribute, _),
            -1,
            *gap,
        ),
        Effect(
            _("Popularity of what is shown"),
            _("the popularity of what is shown"),
            _(metric("arp").definition),
            _(
                "people per item; {share} little-known",
                share=_share(find(now, "aplt"), _),
            ),
            0,
            *rows("arp"),
        ),
        Effect(
            _("Variety within a list"),
            _("variety within a list"),
            _(metric("intra_list_diversity").definition),
            _("0 is all of a kind: the filter bubble"),
            0,
            *rows("intra_list_diversity"),
        ),
    ]


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
        if run.rate and card.change is not None:
            st.caption(_change_words(card.change, _))
        st.caption(card.note)
        points = _points(card, run, _)
        if points.height:
            st.altair_chart(
                effect(points, zero_line=card.now is not None and card.now.group == DIFFERENCE),
                alt=_(
                    "{label}: {text}",
                    label=card.title,
                    text=_.clauses(points["spoken"].to_list()),
                ),
            )


def rate_name(rate: float, _: Translator) -> str:
    """Return how a list at a rate is called in charts."""
    return _("rate {rate}", rate=_.number(rate, digits=0 if rate in (0, 1) else 2))


def _gap_note(results: tuple[Result, ...], attribute: str | None, _: Translator) -> str:
    span = extremes(results, "ndcg", attribute) if attribute else None
    if span is None:
        return _("no two groups of people to compare")
    return plain(
        _(
            "{first} {first_value} – {second} {second_value}",
            first=value_label(_, span.largest.group),
            first_value=value_text(_, span.largest),
            second=value_label(_, span.smallest.group),
            second_value=value_text(_, span.smallest),
        )
    )


def _share(result: Result | None, _: Translator) -> str:
    return "–" if result is None or result.value is None else _.percent(result.value)


def _delta(card: Effect, run: RunConfig, _: Translator) -> str | None:
    if run.rate == 0 or card.change is None or card.change.value is None:
        return None
    return _.signed(card.change.value, digits=decimals(card.change.metric))


def _colour(card: Effect) -> Colour:
    """Blue for better, orange for worse: told apart by any eye, and by the sign beside it."""
    gain = direction(card.change) * card.wanted
    return "blue" if gain > 0 else "orange" if gain < 0 else "gray"


def _change_words(change: Result, _: Translator) -> str:
    ends = range_text(_, change, signed=True)
    if direction(change):
        return _("change {ends}", ends=ends)
    return _("no clear change: {ends}", ends=ends)


def _points(card: Effect, run: RunConfig, _: Translator) -> pl.DataFrame:
    states = {0.0: card.before, run.rate: card.now}
    rows = [
        {
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
