"""The list one person is shown, a row an item."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from dashboard.components.plain import plain
from dashboard.i18n import Translator
from dashboard.labels import category_label
from dashboard.state import choose_place, chosen_place
from engine.dataset import Dataset
from engine.policies.slates import Slates

__all__ = ["REASONS", "Place", "chosen_row", "list_rows", "places_of"]

REASONS = "why"
"""Where on the page the reasons stand."""


@dataclass(frozen=True)
class Place:
    """One place of a list.

    Attributes
    ----------
    rank, item, score, propensity
        As in the recommendations table; the item is its row.
    title, categories
        Of the item, as the data have them.
    chosen_later
        Held out: the person did choose it.
    by_chance, moved
        The model alone would have put another item here: a draw decided it, or the policy's rule.
    """

    rank: int
    item: int
    score: float
    propensity: float
    title: str
    categories: tuple[str, ...]
    chosen_later: bool
    by_chance: bool
    moved: bool


def places_of(slates: Slates, row: int, *, items: Dataset, later: Collection[str]) -> list[Place]:
    """Return the filled places of one person's list; ``later`` holds their held-out item ids."""
    return [
        Place(
            rank=place + 1,
            item=int(item),
            score=float(slates.scores[row, place]),
            propensity=float(slates.propensities[row, place]),
            title=items.items["title"][int(item)],
            categories=tuple(items.items["categories"][int(item)]),
            chosen_later=items.item_ids[item] in later,
            by_chance=bool(slates.by_chance[row, place]),
            moved=bool(slates.explored[row, place] and not slates.by_chance[row, place]),
        )
        for place, item in enumerate(slates.items[row])
        if item >= 0
    ]


def chosen_row(places: list[Place]) -> Place:
    """Return the place whose reasons are asked for."""
    return places[chosen_place(len(places)) - 1]


def list_rows(places: list[Place], _: Translator) -> dict[int, DeltaGenerator]:
    """Draw the list and return the spot under each item, by rank, for words that come later."""
    chosen = chosen_row(places)
    return {place.rank: _row(place, _, is_chosen=place is chosen) for place in places}


def _row(place: Place, _: Translator, *, is_chosen: bool) -> DeltaGenerator:
    digits = 3 if abs(place.score) < 10 else 1
    with st.container(border=True, key=f"place-{place.rank}"):
        rank, words, marks, why = st.columns([0.55, 4.3, 1.9, 1.3], vertical_alignment="center")
        rank.markdown(f"**{place.rank}**")
        with words, st.container(gap=None):
            st.text(place.title)
            st.caption(" · ".join(plain(category_label(_, name)) for name in place.categories))
        with marks, st.container(gap=None):
            st.caption(_("score {score}", score=_.number(place.score, digits=digits)))
            _badges(place, _)
        why.button(
            _("Why?"),
            key=f"why-{place.rank}",
            type="primary" if is_chosen else "secondary",
            on_click=choose_place,
            args=(place.rank,),
            width="stretch",
        )
        if is_chosen:
            # On a phone the reasons stand far below; the style sheet shows this there alone.
            with st.container(key="to-the-reasons"):
                st.markdown(_("[To the reasons ↓](#{place})", place=REASONS))
        return st.empty()


def _badges(place: Place, _: Translator) -> None:
    if place.chosen_later:
        st.badge(
            _("chosen later"),
            icon=":material/check:",
            color="green",
            help=_("Held out from the model: the person did choose this item."),
        )
    if place.by_chance:
        st.badge(
            _("by chance"),
            icon=":material/casino:",
            color="orange",
            help=_(
                "The model alone would have put another item here. The chance of this one "
                "in this place was {chance}.",
                chance=_.number(place.propensity, digits=5),
            ),
        )
    if place.moved:
        st.badge(
            _("moved up"),
            icon=":material/move_up:",
            color="blue",
            help=_(
                "The model alone would have put another item here. The policy's rule put this one; "
                "nothing was left to chance."
            ),
        )
