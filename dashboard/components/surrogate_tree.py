"""A tree of questions that imitates the model, and how well it does."""

from __future__ import annotations

import polars as pl
import streamlit as st

from dashboard.i18n import Translator
from dashboard.labels import attribute_label, category_label, value_label
from engine.explanations.surrogate import Surrogate

__all__ = ["draw_surrogate", "tree_lines"]

INDENT = "\u2003\u2003"


def draw_surrogate(found: Surrogate, _: Translator) -> None:
    """Draw the tree as indented lines, under the sentence that says how far to trust it."""
    st.text(_fidelity(found, _))
    with st.container(border=True, gap=None):
        for line in tree_lines(found, _):
            st.text(line)
    st.caption(
        _(
            "Grown on {people} people, three quarters of whom it has seen; the figures above are "
            "of the others. It says what the model does on average, not why one item was listed.",
            people=_.number(found.people, digits=0),
        )
    )


def tree_lines(found: Surrogate, _: Translator) -> list[str]:
    """Return the lines of the tree, each under the question it answers."""
    lines: list[str] = []
    _write(found.nodes, 0, 0, lines, _)
    return lines


def _write(nodes: pl.DataFrame, node: int, depth: int, lines: list[str], _: Translator) -> None:
    row = nodes.row(node, named=True)
    if row["feature"] is None:
        lines.append(
            INDENT * depth
            + _(
                "score {value}, for {share} of all pairs",
                value=_.number(row["value"], digits=3),
                share=_.percent(row["share"]),
            )
        )
        return
    children = nodes.filter(pl.col("parent") == node)
    for child in children.iter_rows(named=True):
        words = _question(row["feature"], row["threshold"], child["answer"] == "yes", _)
        lines.append(INDENT * depth + words)
        _write(nodes, child["node"], depth + 1, lines, _)


def _question(feature: str, threshold: float, low: bool, _: Translator) -> str:
    """Return one branch in words; a yes-no feature is at most one half where it does not hold."""
    kind, colon, value = feature.partition(": ")
    if colon:
        name = (
            _("the item is {category}", category=category_label(_, value))
            if kind == "category"
            else f"{attribute_label(_, kind)}: {value_label(_, value)}"
        )
        return _("not: {what}", what=name) if low else name
    names = {
        "popularity": _("people who have the item"),
        "history length": _("items in the history"),
        "overlap": _("share of the history in a category of the item"),
    }
    number = _.number(threshold, digits=2 if feature == "overlap" else 0)
    if low:
        return _("{what} at most {number}", what=names[feature], number=number)
    return _("{what} above {number}", what=names[feature], number=number)


def _fidelity(found: Surrogate, _: Translator) -> str:
    words = _(
        "How well it imitates the model on people it never saw: R² {r2}; order of one person's "
        "items, rank correlation {rank}.",
        r2=_.number(found.r2, digits=2),
        rank=_.number(found.rank_agreement, digits=2),
    )
    if found.r2 >= 0.8:
        return words
    return _.paragraph([words, _("That is a poor imitation: the model does more than this.")])
