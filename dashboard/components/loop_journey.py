"""One simulated person's journey: what she chose as the rounds went by, at two rates."""

from __future__ import annotations

import polars as pl
import streamlit as st

from dashboard.charts.journey import journey as journey_chart
from dashboard.components.loop_controls import arm_label
from dashboard.components.picture import picture
from dashboard.components.plain import plain
from dashboard.i18n import Translator
from dashboard.labels import category_label
from dashboard.state import settle
from dashboard.uploads.names import is_own
from engine.dataset import Dataset

__all__ = ["category_shares", "draw_journey"]

MOST_CATEGORIES = 8


def draw_journey(choices: pl.DataFrame, dataset: Dataset, arms: list[str], _: Translator) -> None:
    """Draw the categories of one person's choices under each arm, in the first world.

    ``choices`` are the clicked rows of the first world, of everybody.
    """
    st.header(_("One person's journey"), anchor=False)
    busiest = choices.group_by("user_id").len().sort("len", "user_id", descending=[True, False])
    people = busiest["user_id"].head(200).to_list()
    if not people:
        st.info(_("Nobody has chosen anything yet."))
        return
    settle("loop_person", people, by_place=is_own(dataset.name))
    user = st.selectbox(_("Person"), people, key="loop_person")
    shares = category_shares(choices.filter(pl.col("user_id") == user), dataset, arms)
    if shares.is_empty():
        st.info(_("The data name no categories, so there is no stream to draw."))
        return
    other = _("all others")
    frame = shares.with_columns(
        arm=pl.col("arm").map_elements(lambda arm: arm_label(arm, _), return_dtype=pl.String),
        category=pl.col("category").map_elements(
            lambda name: category_label(_, name) if name else other, return_dtype=pl.String
        ),
    )
    # Beside each other where there is room, beneath each other on a telephone.
    lists = frame.partition_by("arm", maintain_order=True)
    for column, own in zip(st.columns(len(lists)), lists, strict=True):
        with column, st.container(border=True):
            st.markdown(f"**{plain(own['arm'][0])}**")
            picture(
                journey_chart,
                own,
                round_title=_("Round (simulated)"),
                alt=_("Categories of one person's choices, round by round"),
            )
    st.markdown(plain(_ended(frame, _)))
    st.caption(
        _(
            "Share of each category in all that this person has chosen so far in the first "
            "simulated world, side by side: the same person, the same luck, other lists."
        )
    )


def _ended(frame: pl.DataFrame, _: Translator) -> str:
    """Say what the person's choices were mostly of, in the end, under each arm."""
    last = frame.filter(pl.col("round") == pl.col("round").max())
    largest = last.sort("share", descending=True).unique("arm", keep="first", maintain_order=True)
    parts = [
        _(
            "{arm}: {category}, {share}",
            arm=row["arm"],
            category=row["category"],
            share=_.percent(row["share"]),
        )
        for row in largest.sort("arm").iter_rows(named=True)
    ]
    return _(
        "What this person chose most, in the end: {parts}. It is one person, so there is no "
        "interval.",
        parts=_.clauses(parts),
    )


def category_shares(choices: pl.DataFrame, dataset: Dataset, arms: list[str]) -> pl.DataFrame:
    """Share of each category in all choices up to each round.

    Each choice spreads one unit evenly over its categories; the largest are kept, the others are
    one category without a name ("").

    Returns
    -------
    arm, round, category, share, order (of the category, from 0).
    """
    kinds = dataset.items.select("item_id", "categories").filter(
        pl.col("categories").list.len() > 0
    )
    spread = (
        choices.select("arm", "round", "item_id")
        .join(kinds, on="item_id")
        .with_columns(mass=1 / pl.col("categories").list.len())
        .explode("categories")
    )
    totals = spread.group_by("categories").agg(pl.col("mass").sum())
    largest = totals.sort("mass", "categories", descending=[True, False])["categories"]
    names = largest.head(MOST_CATEGORIES).to_list()
    order = pl.DataFrame({"category": [*names, ""], "order": range(len(names) + 1)})
    every = (
        pl.DataFrame({"arm": arms, "place": range(len(arms))})
        .join(choices.select("round").unique(), how="cross")
        .join(order, how="cross")
    )
    taken = (
        spread.with_columns(
            category=pl.when(pl.col("categories").is_in(names))
            .then("categories")
            .otherwise(pl.lit(""))
        )
        .group_by("arm", "round", "category")
        .agg(pl.col("mass").sum())
    )
    summed = every.join(taken, on=["arm", "round", "category"], how="left").with_columns(
        mass=pl.col("mass").fill_null(0.0).cum_sum().over("arm", "category", order_by="round")
    )
    shares = summed.with_columns(share=pl.col("mass") / pl.col("mass").sum().over("arm", "round"))
    kept = shares.filter(pl.col("share").is_not_nan() & pl.col("mass").is_not_null())
    return kept.sort("place", "order", "round").select(
        "arm", "round", "category", "share", pl.col("order").cast(pl.Int64)
    )
