"""How far a simulation can be believed: its people beside the logged ones."""

from __future__ import annotations

from typing import Any

import polars as pl
import streamlit as st

from audits.validity import FIT_LIMITS, NOT_CHECKED
from dashboard.components.tables import grid
from dashboard.i18n import N_, Translator

__all__ = ["draw_card", "warning_sentence"]

MEASURES = {
    "popularity_correlation": N_("Order of items by popularity (correlation, 1 is the same)"),
    "category_share_l1": N_("Mix of categories (0 is the same, 2 has nothing in common)"),
    "per_user_distance": N_("How much people take (largest gap of the distributions)"),
    "per_item_distance": N_("How often items are taken (largest gap of the distributions)"),
    "popularity_curve_distance": N_("Popularity curve (largest gap)"),
    "category_repeat_gap": N_("Next choice shares a category (simulated minus logged)"),
    "repeat_rate_gap": N_("Choices of what one had before (simulated minus logged)"),
}


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
    grid(pl.DataFrame(rows))
    if bits:
        values = {row["name"]: _.number(float(row["value"]), digits=2) for row in bits}
        st.caption(
            _(
                "Tastes fitted on the training part foretell held-out choices by {tastes} bits an "
                "item over an even draw; popularity alone by {popularity}.",
                **values,
            )
        )
    st.caption(_.paragraph([_("Not checked:"), *(_(sentence) for sentence in NOT_CHECKED)]))


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
        sides=_.clauses(named),
    )
