"""Which ready thresholds a run is held against, chosen once for the pages that judge."""

from __future__ import annotations

import streamlit as st

from audits.threshold_files import PRESETS
from dashboard.i18n import N_, Translator
from dashboard.state import settle_all

__all__ = ["preset_choice"]

NAMES = {
    "quality_parity": N_("Equal quality for groups of people"),
    "exposure_parity": N_("Attention in proportion to merit"),
    "ll144": N_("Impact ratios, in the style of Local Law 144"),
    "diversity_floor": N_("A floor of variety"),
    "popularity_drift": N_("Not much more popular than the histories"),
    "bubble_drift": N_("Categories as in the histories"),
}
USUAL = ("quality_parity", "exposure_parity", "diversity_floor")


def preset_choice(_: Translator) -> tuple[str, ...]:
    """Draw the choice of thresholds and return it."""
    settle_all("presets", PRESETS, usual=USUAL)
    chosen = st.multiselect(
        _("Thresholds"),
        PRESETS,
        format_func=lambda name: _(NAMES[name]),
        placeholder=_("Choose"),
        key="presets",
        help=_(
            "Ready sets of thresholds; each says why it stands. Your own go into a file, see "
            "recscope audit --thresholds."
        ),
        wrap=True,
        select_all=False,
    )
    return tuple(chosen)
