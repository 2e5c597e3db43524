"""How far a simulation can be believed: its people beside the logged ones, and known effects."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import polars as pl
import streamlit as st

from audits.validity import FIT_LIMITS, NOT_CHECKED
from dashboard.i18n import N_, Translator

__all__ = ["draw_card", "draw_evidence", "read_evidence", "warning_sentence"]

MEASURES = {
    "popularity_correlation": N_("Order of items by popularity (correlation, 1 is the same)"),
    "category_share_l1": N_("Mix of categories (0 is the same, 2 has nothing in common)"),
    "per_user_distance": N_("How much people take (largest gap of the distributions)"),
    "per_item_distance": N_("How often items are taken (largest gap of the distributions)"),
    "popularity_curve_distance": N_("Popularity curve (largest gap)"),
    "category_repeat_gap": N_("Next choice shares a category (simulated minus logged)"),
    "repeat_rate_gap": N_("Choices of what one had before (simulated minus logged)"),
}
VERDICTS = {
    "reproduced": N_("reproduced"),
    "not reproduced": N_("not reproduced"),
    "in part": N_("in part"),
    "depends on the world": N_("depends on the world"),
}
EVIDENCE = Path(__file__).parents[2] / "tests" / "evidence" / "feedback_studies.json"


def draw_card(card: pl.DataFrame, bits: list[dict[str, Any]], arm: str, _: Translator) -> None:
    """Draw the comparison with the log for one arm, a warning first if the fit is bad."""
    st.header(_("How far can this be believed?"), anchor=False)
    own = card.filter(pl.col("arm") == arm)
    titles = {name: _(title) for name, title in MEASURES.items()}
    sentence = warning_sentence(own, bits, _)
    if sentence is None:
        st.success(_("The simulated people are like the logged ones by every measure below."))
    else:
        st.warning(sentence, icon=":material/warning:")
    rows = [
        {
            _("Compared with the log"): titles[row["measure"]],
            _("Value"): "–" if row["value"] is None else _.number(row["value"], digits=2),
            _("A fit lies between"): " – ".join(
                _.number(end, digits=2) for end in FIT_LIMITS[row["measure"]]
            ),
            _("Fits"): {True: _("yes"), False: _("no"), None: "–"}[row["fits"]],
            _("Choices (n)"): row["n"],
        }
        for row in own.iter_rows(named=True)
    ]
    st.dataframe(pl.DataFrame(rows), hide_index=True)
    if bits:
        values = {row["name"]: _.number(float(row["value"]), digits=2) for row in bits}
        st.caption(
            _(
                "Tastes fitted on the training part foretell held-out choices by {tastes} bits an "
                "item over an even draw; popularity alone by {popularity}.",
                **values,
            )
        )
    st.caption(_("Not checked:") + " " + " ".join(_(sentence) for sentence in NOT_CHECKED))


def warning_sentence(card: pl.DataFrame, bits: list[dict[str, Any]], _: Translator) -> str | None:
    """Name every side on which the simulated people are unlike the logged ones; None if none."""
    bad = card.filter(~pl.col("fits"))["measure"].to_list()
    named = [_(MEASURES[measure]) for measure in bad]
    values = {row["name"]: float(row["value"]) for row in bits}
    if values and values["tastes"] < values["popularity"]:
        named.append(_("held-out choices, which popularity alone foretells better"))
    if not named:
        return None
    return _(
        "The simulated people are unlike the logged ones in: {sides}. Read what rests on that "
        "with caution.",
        sides="; ".join(named),
    )


def draw_evidence(_: Translator) -> None:
    """Draw which effects of the literature this simulation has shown."""
    record = read_evidence()
    with st.expander(_("Effects known from studies"), icon=":material/science:"):
        if record is None:
            st.caption(_("The record of the proofs is not beside this installation."))
            return
        rows = [
            {
                _("Study"): study,
                _("Found here"): _verdict(verdict, _),
                **{
                    world: _verdict(found[study]["verdict"], _)
                    for world, found in _worlds(record)
                    if study in found
                },
            }
            for study, verdict in record["verdicts"].items()
        ]
        st.dataframe(pl.DataFrame(rows), hide_index=True)
        st.caption(
            _(
                "From {seeds} worlds of {rounds} rounds with {model}; judged by whether a 95% "
                "interval over worlds lies on the side that the study saw. Written by: "
                "make evidence NAME=feedback_studies",
                seeds=record["settings"]["seeds"],
                rounds=record["settings"]["rounds"],
                model=record["settings"]["model"],
            )
        )


def _worlds(record: dict[str, Any]) -> list[tuple[str, dict[str, Any]]]:
    """Return the verdicts by world, those on mild exploration among them."""
    mild = record["mild exploration"]
    return [
        (world, {**found, "Mild exploration 2026": mild[world]})
        for world, found in record["studies"].items()
    ]


def read_evidence() -> dict[str, Any] | None:
    """Return the record of the studies, or None where it is not installed."""
    if not EVIDENCE.exists():
        return None
    record: dict[str, Any] = json.loads(EVIDENCE.read_text(encoding="utf-8"))
    return record


def _verdict(verdict: str, _: Translator) -> str:
    short = verdict.partition(":")[0]
    return _(VERDICTS[short]) if short in VERDICTS else short
