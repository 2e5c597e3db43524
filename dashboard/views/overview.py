"""Overview: what the recommender is doing, at a glance, and what the slider changes about it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict

import streamlit as st

from audits.results import Result
from audits.threshold_files import read_preset
from audits.thresholds import Verdict, judge_all
from dashboard import run_loaders
from dashboard.components.effect_card import draw_effect
from dashboard.components.effect_words import effect_rows, effects_text
from dashboard.components.effects import FIRST, effects_of
from dashboard.components.page import heading, measuring, show
from dashboard.components.plain import plain
from dashboard.components.tables import numbers_table
from dashboard.components.verdict_rows import draw_verdicts, verdicts_sentence
from dashboard.i18n import Translator
from dashboard.labels import attribute_words
from dashboard.state import Selection

__all__ = ["overview"]

# What they judge is measured for the four effects anyway, so they cost the page nothing.
PRESETS = ("quality_parity", "diversity_floor")


def overview(selection: Selection, _: Translator) -> None:
    """Draw the page."""
    run = selection.run
    heading(
        selection,
        _("Overview"),
        _("What is this recommender doing to the people it serves, and what would exploring do?"),
        _,
    )
    with measuring(_):
        attributes = run_loaders.attributes(run.dataset)
        attribute = attributes[0] if attributes else None
        effects = effects_of(run, attribute, _)
    st.markdown(effects_text(effects, run, _))
    for column, card in zip(st.columns(FIRST), effects[:FIRST], strict=True):
        with column:
            draw_effect(card, run, _)
    st.caption(
        _(
            "Grey is the model's own list, blue the list now. Bars and ranges are 95% intervals "
            "from resampling people; n is how many people a number rests on."
        )
    )
    numbers_table(effect_rows(effects, run, _), _, name="effects")
    measured = run_loaders.measured(run, () if attribute is None else (attribute,)).now.summary
    limits = [limit for name in PRESETS for limit in read_preset(name)]
    found = judge_all(limits, measured.results, measured.suppressed)
    _verdicts(found, measured.results, attribute, _)


def _verdicts(
    found: Sequence[Verdict], results: tuple[Result, ...], attribute: str | None, _: Translator
) -> None:
    st.header(_("Verdicts, worst first"), anchor=False)
    report = {"verdicts": [asdict(verdict) for verdict in found]}
    st.markdown(f"**{plain(verdicts_sentence(report, _))}**")
    draw_verdicts(report, results, _)
    scope = _("A quick look: everyone.")
    if attribute is not None:
        by = attribute_words(_, attribute)
        scope = _("A quick look: everyone, and people by {attribute}.", attribute=by)
    more = _("All groups, providers and further thresholds are on the page “Verdicts”.")
    st.caption(plain(_.paragraph([scope, more])))


show(overview)
