"""A tree of questions that imitates the model, and how well it does."""

from __future__ import annotations

from math import inf

import polars as pl
import streamlit as st

from dashboard.components.tables import grid
from dashboard.i18n import Translator
from dashboard.labels import attribute_label, category_label, value_label
from engine.explanations.surrogate import Surrogate

__all__ = ["draw_surrogate", "imitation_sentence", "rules_of"]

Bounds = dict[str, tuple[float, float]]


def draw_surrogate(found: Surrogate, _: Translator) -> None:
    """Draw the rules of the tree, under the sentence that says how far to trust it."""
    st.text(
        imitation_sentence(found, _),
        help=_(
            "R²: 1 is a perfect imitation, 0 no better than one number for everything. Rank "
            "correlation: 1 is the same order of a person's items, 0 no likeness."
        ),
    )
    grid(rules_of(found, _))
    st.caption(
        _(
            "Grown on {people} people, three quarters of whom it has seen; the figures above are "
            "of the others. It says what the model does on average, not why one item was listed.",
            people=_.number(found.people, digits=0),
        )
    )


def rules_of(found: Surrogate, _: Translator) -> pl.DataFrame:
    """Return a row a leaf, by score: all its questions in words, the score, the share of pairs."""
    leaves = found.nodes.filter(pl.col("feature").is_null()).sort("value", descending=True)
    return pl.DataFrame(
        {
            _("Where"): [_where(_bounds(found.nodes, leaf), _) for leaf in leaves["node"]],
            _("Score"): [_.number(value, digits=3) for value in leaves["value"]],
            _("Share of all pairs"): [_.percent(share) for share in leaves["share"]],
        }
    )


def _bounds(nodes: pl.DataFrame, leaf: int) -> Bounds:
    """Return what the questions above a leaf leave open of each feature: above this, at most that.

    Questions are met from the leaf upwards, so the feature of the root stands last.
    """
    bounds: Bounds = {}
    row = nodes.row(leaf, named=True)
    while row["parent"] is not None:
        asked = nodes.row(row["parent"], named=True)
        low, high = bounds.get(asked["feature"], (-inf, inf))
        if row["answer"] == "yes":
            high = min(high, asked["threshold"])
        else:
            low = max(low, asked["threshold"])
        bounds[asked["feature"]] = (low, high)
        row = asked
    return bounds


def _where(bounds: Bounds, _: Translator) -> str:
    clauses = [_clause(feature, *between, _=_) for feature, between in reversed(bounds.items())]
    return _.clauses(clauses) if clauses else _("everywhere")


def _clause(feature: str, low: float, high: float, *, _: Translator) -> str:
    """Return one feature in words; a yes-no feature is at most one half where it does not hold."""
    kind, colon, value = feature.partition(": ")
    if colon:
        name = (
            _("the item is {category}", category=category_label(_, value))
            if kind == "category"
            else f"{attribute_label(_, kind)}: {value_label(_, value)}"
        )
        return _("not: {what}", what=name) if low == -inf else name
    names = {
        "popularity": _("people who have the item"),
        "history length": _("items in the history"),
        "overlap": _("share of the history in a category of the item"),
    }
    digits = 2 if feature == "overlap" else 0
    least, most = _.number(max(low, 0), digits=digits), _.number(min(high, 1e9), digits=digits)
    if low == -inf:
        return _("{what} at most {number}", what=names[feature], number=most)
    if high == inf:
        return _("{what} above {number}", what=names[feature], number=least)
    return _("{what} above {low}, at most {high}", what=names[feature], low=least, high=most)


def imitation_sentence(found: Surrogate, _: Translator) -> str:
    """Say how far the imitation may be trusted."""
    words = _(
        "How well it imitates the model on people it never saw: R² {r2}; order of one person's "
        "items, rank correlation {rank}.",
        r2=_.number(found.r2, digits=2),
        rank=_.number(found.rank_agreement, digits=2),
    )
    if found.r2 >= 0.8:
        return words
    return _.paragraph([words, _("That is a poor imitation: the model does more than this.")])
