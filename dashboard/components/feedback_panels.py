"""The pictures of a simulation: four measures over the rounds, and how far to believe them."""

from __future__ import annotations

import polars as pl
import streamlit as st

from audits.effects import effects
from audits.validity import NOT_CHECKED
from dashboard.charts.palette import rate_colours
from dashboard.charts.rounds import rounds as rounds_chart
from dashboard.components.picture import picture
from dashboard.components.rate import rate_name
from dashboard.i18n import N_, Translator
from dashboard.state import Simulation

__all__ = ["draw_panels", "draw_validity"]

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
        "gini",
        N_("Concentration of what is shown"),
        N_("the concentration of what is shown"),
        N_("Gini coefficient over the catalogue: 0 is even, near 1 is a few items taking all."),
        3,
    ),
    (
        "arp",
        N_("Popularity of what is shown"),
        N_("the popularity of what is shown"),
        N_("How many people had the shown items before the first round, on average."),
        0,
    ),
)


def draw_panels(simulation: Simulation, *, now: float, _: Translator) -> None:
    """Draw the four measures, each with a sentence about the rate now against rate 0."""
    found = _effects(simulation)
    shown = now if now in simulation.rates and now > 0 else max(simulation.rates)
    columns = [*st.columns(2), *st.columns(2)]
    for column, (measure, title, subject, definition, digits) in zip(columns, PANELS, strict=True):
        with column, st.container(border=True):
            st.markdown(f"**{_(title)}**", help=_(definition))
            frame = _bands(simulation, measure, _)
            picture(
                rounds_chart,
                frame,
                colours=rate_colours(list(simulation.rates), now=now),
                round_title=_("Round (simulated)"),
                alt=_(title),
            )
            st.caption(_sentence(found, measure, _(subject), shown, digits, _))
    st.caption(
        _.ngettext(
            "Lines are means over {n} simulated world, bands its lowest and highest value.",
            "Lines are means over {n} simulated worlds, bands their lowest and highest value.",
            simulation.worlds,
        )
    )
    with st.expander(_("These numbers as a table"), icon=":material/table:"):
        st.dataframe(_table(found, _), hide_index=True)


def draw_validity(simulation: Simulation, _: Translator) -> None:
    """Say how the simulated choices compare with logged ones, and what nobody has checked."""
    with st.expander(_("How far can this be believed?"), icon=":material/fact_check:"):
        for line in _agreement(simulation, _):
            st.write(line)
        st.write(_("Not checked:"))
        for sentence in NOT_CHECKED:
            st.caption("• " + _(sentence))


def _arms(simulation: Simulation) -> dict[float, str]:
    """Return the arm of each rate."""
    return dict(simulation.measures.select("rate", "arm").unique().iter_rows())


def _effects(simulation: Simulation) -> pl.DataFrame:
    """Differences from rate 0, with the rate of each arm beside its name."""
    arms = _arms(simulation)
    rates = {arm: rate for rate, arm in arms.items()}
    found = effects(simulation.measures, reference_arm=arms[0.0])
    return found.with_columns(rate=pl.col("arm").replace_strict(rates, return_dtype=pl.Float64))


def _bands(simulation: Simulation, measure: str, _: Translator) -> pl.DataFrame:
    """Mean, lowest and highest value over worlds, by rate and round."""
    names = {rate: rate_name(rate, _) for rate in simulation.rates}
    value = pl.col("value")
    return (
        simulation.measures.filter(pl.col("measure") == measure)
        .group_by("rate", "round")
        .agg(value=value.mean(), low=value.min(), high=value.max())
        .sort("rate", "round")
        .with_columns(arm=pl.col("rate").replace_strict(names, return_dtype=pl.String))
    )


def _sentence(
    found: pl.DataFrame, measure: str, subject: str, rate: float, digits: int, _: Translator
) -> str:
    last = int(found["round"].to_numpy().max())
    rows = found.filter(
        (pl.col("measure") == measure) & (pl.col("rate") == rate) & (pl.col("round") == last)
    ).to_dicts()
    row = rows[0] if rows else {}
    if row.get("value") is None:
        return _("There is no value to compare.")
    if row["low"] is None or row["high"] is None:
        return _("One world gives no interval; run more.")
    fields: dict[str, object] = {
        "rounds": last,
        "subject": subject,
        "rate": rate_name(rate, _),
        "size": _.signed(row["value"], digits=digits),
        "low": _.signed(row["low"], digits=digits),
        "high": _.signed(row["high"], digits=digits),
    }
    if row["low"] > 0 or row["high"] < 0:
        return _(
            "After {rounds} rounds, {subject} at {rate} differs from rate 0 by {size} "
            "(95% interval {low} to {high}, which leaves out 0).",
            **fields,
        )
    return _(
        "After {rounds} rounds, {subject} at {rate} shows no clear difference from rate 0: "
        "{size} (95% interval {low} to {high}, which holds 0).",
        **fields,
    )


def _table(found: pl.DataFrame, _: Translator) -> pl.DataFrame:
    titles = {measure: _(title) for measure, title, *_rest in PANELS}
    last = found.filter(pl.col("round") == pl.col("round").max())
    kept = last.filter(pl.col("measure").is_in(list(titles)))
    return kept.select(
        pl.col("measure").replace_strict(titles, return_dtype=pl.String).alias(_("Measure")),
        pl.col("rate")
        .map_elements(lambda r: rate_name(r, _), return_dtype=pl.String)
        .alias(_("List")),
        pl.col("value").alias(_("Difference from rate 0")),
        pl.col("low").alias(_("95% interval, low")),
        pl.col("high").alias(_("95% interval, high")),
        pl.col("n").alias(_("Worlds (n)")),
    )


def _agreement(simulation: Simulation, _: Translator) -> list[str]:
    sentences = {
        "popularity_correlation": N_(
            "At rate 0, simulated and logged choices agree on how popular each item is to a rank "
            "correlation of {value} (1 is the same order, n = {n} choices)."
        ),
        "category_share_l1": N_(
            "At rate 0, the mix of categories is {value} away from the logged one (0 is the same "
            "mix, 2 has nothing in common)."
        ),
    }
    rows = (
        simulation.validity.filter(
            pl.col("arm") == _arms(simulation)[0.0], pl.col("measure").is_in(list(sentences))
        )
        .group_by("measure")
        .agg(pl.col("value").mean(), pl.col("n").sum())
    )
    lines = []
    for row in rows.sort("measure", descending=True).iter_rows(named=True):
        if row["value"] is not None:
            template = sentences[row["measure"]]
            value, n = _.number(row["value"], digits=2), _.number(row["n"], digits=0)
            lines.append(_(template, value=value, n=n))
    return lines
