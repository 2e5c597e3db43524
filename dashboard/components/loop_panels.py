"""The pictures of a comparison of loops: small multiples, each with its sentence."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import polars as pl
import streamlit as st

from dashboard.charts.palette import arm_colours
from dashboard.charts.rounds import rounds as rounds_chart
from dashboard.components.loop_controls import arm_label
from dashboard.components.picture import picture
from dashboard.findings import Findings
from dashboard.i18n import N_, Translator

__all__ = ["PANELS", "bands", "draw_panels", "effect_sentence", "shown_arms"]

# Measure, title, how a sentence names it, definition, decimals.
PANELS = (
    (
        "intra_user_diversity",
        N_("Variety of one person's choices"),
        N_("the variety of one person's choices"),
        N_(
            "How different from each other, by category, the things are that one person has chosen."
        ),
        3,
    ),
    (
        "homogenisation",
        N_("Likeness between people"),
        N_("the likeness between people"),
        N_("Share of what two people have chosen that both have chosen, mean over all pairs."),
        4,
    ),
    (
        "profile_drift",
        N_("Shift of profiles"),
        N_("the shift of profiles"),
        N_("How far the categories of what a person has lie from where she began (nats)."),
        4,
    ),
    (
        "majority_category_share",
        N_("Share of the largest category"),
        N_("the share of a person's largest category"),
        N_("Of all that a person has chosen, the share that is of one category; 1 is a bubble."),
        3,
    ),
    (
        "category_entropy",
        N_("Spread over categories"),
        N_("the spread over categories"),
        N_("Entropy in bits of the categories of what a person has chosen; lower is narrower."),
        3,
    ),
    (
        "arp",
        N_("Popularity of what is shown"),
        N_("the popularity of what is shown"),
        N_("How many people had the shown items before the first round, on average."),
        0,
    ),
    (
        "coverage",
        N_("Catalogue that is shown"),
        N_("the share of the catalogue that is shown"),
        N_("Share of all items that were in somebody's list in this round."),
        3,
    ),
    (
        "discoverable_corpus",
        N_("Items that can be found"),
        N_("the share of items that are found"),
        N_("Share of all items that were chosen five times within five rounds."),
        3,
    ),
    (
        "utility",
        N_("What people get out of it"),
        N_("what people get out of it"),
        N_("Appeal of what a person took in this round, in items of average appeal."),
        2,
    ),
    (
        "regret",
        N_("What people miss"),
        N_("what people miss"),
        N_(
            "What people would have got out of the oracle's lists and did not, summed up to each "
            "round; it needs the oracle among the arms."
        ),
        2,
    ),
    (
        "gini",
        N_("Concentration of what is shown"),
        N_("the concentration of what is shown"),
        N_("Gini coefficient of how often each item was in a list; 1: one item has all places."),
        3,
    ),
    (
        "present",
        N_("People who come"),
        N_("the share of people who come"),
        N_("Share of people who looked at a list in this round; who is bored stays away."),
        3,
    ),
)


def shown_arms(arms: Sequence[str], *, now: str) -> list[str]:
    """Return the arms that are drawn: the lowest rate, the rate now, and those without a rate.

    Examples
    --------
    >>> shown_arms(["rate 0", "rate 0.1", "rate 0.5", "oracle"], now="rate 0.5")
    ['rate 0', 'rate 0.5', 'oracle']
    """
    rates = [arm for arm in arms if arm.startswith("rate ") and "," not in arm]
    return [arm for arm in arms if arm in (rates[:1] + [now]) or arm not in rates]


def draw_panels(found: Findings, *, now: str, against: str, _: Translator) -> None:
    """Draw every measure of the arms worth seeing together; sentences are about ``now``."""
    everyone = found.measures.filter(pl.col("group").is_null())
    arms = shown_arms(everyone["arm"].unique(maintain_order=True).to_list(), now=now)
    for begin in range(0, len(PANELS), 3):
        panels = PANELS[begin : begin + 3]
        for column, (measure, title, subject, definition, digits) in zip(
            st.columns(3), panels, strict=True
        ):
            with column, st.container(border=True):
                st.markdown(f"**{_(title)}**", help=_(definition))
                frame = bands(everyone, measure, {arm: arm_label(arm, _) for arm in arms})
                if frame.is_empty():
                    st.caption(_("There is no value to compare."))
                    continue
                picture(
                    rounds_chart,
                    frame,
                    colours=arm_colours(arms, now=now),
                    round_title=_("Round (simulated)"),
                    height=250,
                    legend_columns=2,
                    alt=_(title),
                )
                st.caption(
                    effect_sentence(found, measure, _(subject), now, against, digits=digits, _=_)
                )
    worlds = int(everyone["seed"].n_unique())
    st.caption(
        _.ngettext(
            "Lines are means over {n} simulated world, bands its lowest and highest value.",
            "Lines are means over {n} simulated worlds, bands their lowest and highest value.",
            worlds,
        )
    )


def effect_sentence(
    found: Findings,
    measure: str,
    subject: str,
    arm: str,
    against: str,
    *,
    digits: int,
    _: Translator,
) -> str:
    """Say how an arm differs from the reference in the last round, and whether that is sure."""
    rows = found.effects.filter(
        pl.col("measure") == measure,
        pl.col("arm") == arm,
        pl.col("reference") == against,
        pl.col("group").is_null(),
    ).sort("round")
    row = rows.tail(1).to_dicts()[0] if rows.height else {}
    if row.get("value") is None:
        return _("There is no value to compare.")
    fields: dict[str, object] = {
        "rounds": row["round"],
        "subject": subject,
        "arm": arm_label(arm, _),
        "against": arm_label(against, _),
        "size": _.signed(row["value"], digits=digits),
    }
    if row["low"] is None or row["high"] is None:
        return _(
            "After {rounds} rounds, {subject} ({arm}) differs from “{against}” by {size}; one "
            "world gives no interval.",
            **fields,
        )
    fields |= {end: _.signed(row[end], digits=digits) for end in ("low", "high")}
    if row["low"] > 0 or row["high"] < 0:
        return _(
            "After {rounds} rounds, {subject} ({arm}) differs from “{against}” by {size} "
            "(95% interval {low} to {high}, which leaves out 0).",
            **fields,
        )
    return _(
        "After {rounds} rounds, {subject} ({arm}) shows no clear difference from “{against}”: "
        "{size} (95% interval {low} to {high}, which holds 0).",
        **fields,
    )


def bands(
    measures: pl.DataFrame, measure: str, lines: Mapping[str, str], *, column: str = "arm"
) -> pl.DataFrame:
    """Mean, lowest and highest value over worlds, by line and round.

    ``lines`` are the values of the column that are wanted, in order, and how each is called.
    """
    value = pl.col("value")
    kept = measures.filter(pl.col("measure") == measure, pl.col(column).is_in(list(lines)))
    order = {line: place for place, line in enumerate(lines)}
    return (
        kept.drop_nulls("value")
        .group_by(pl.col(column).alias("line"), "round")
        .agg(value=value.mean(), low=value.min(), high=value.max())
        .with_columns(order=pl.col("line").replace_strict(order, return_dtype=pl.Int64))
        .sort("order", "round")
        .select(
            pl.col("line").replace_strict(lines, return_dtype=pl.String).alias("arm"),
            "round",
            "value",
            "low",
            "high",
            "order",
        )
    )
