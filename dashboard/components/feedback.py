"""What happens after rounds of feedback: a small simulation, asked for by a button."""

from __future__ import annotations

from dataclasses import replace

import polars as pl
import streamlit as st

from dashboard import loaders
from dashboard.components.feedback_panels import draw_panels, draw_validity
from dashboard.i18n import Translator
from dashboard.state import Selection, Simulation, keep_simulation, kept_simulation, settle
from engine.config import RunConfig

__all__ = ["feedback"]

USUAL_RATES = (0.0, 0.1, 0.3)
ROUNDS = (5, 10, 20)
WORLDS = (3, 5, 10)


def feedback(selection: Selection, _: Translator) -> None:
    """Draw the part of the page about feedback, and run the simulation when asked to."""
    run = selection.run
    st.header(_("What happens after rounds of feedback?"), anchor=False)
    st.caption(
        _(
            "Simulated: people choose from their lists by taste and place, their choices join "
            "their histories, the model learns from them, and lists are made again."
        )
    )
    rates = sorted({*USUAL_RATES, run.rate})
    rounds, worlds = _controls(_)
    if st.button(
        _("Run the simulation"), type="primary", icon=":material/play_arrow:", key="simulate"
    ):
        keep_simulation(_simulate(run, rates, rounds=rounds, worlds=worlds, _=_))
    simulation = kept_simulation()
    if simulation is None or simulation.run != replace(run, rate=0.0):
        st.info(_("Nothing has been simulated for this selection yet."), icon=":material/science:")
        return
    if run.rate not in simulation.rates:
        st.info(
            _(
                "The simulation below does not include the rate above, {rate}. Run it again.",
                rate=_.number(run.rate, digits=2),
            ),
            icon=":material/science:",
        )
    draw_panels(simulation, now=run.rate, _=_)
    draw_validity(simulation, _)


def _controls(_: Translator) -> tuple[int, int]:
    rounds = settle("rounds", ROUNDS, usual=10)
    worlds = settle("worlds", WORLDS)
    with st.container(horizontal=True, gap="large"):
        st.segmented_control(_("Rounds"), ROUNDS, required=True, key="rounds")
        st.segmented_control(
            _("Simulated worlds"),
            WORLDS,
            required=True,
            key="worlds",
            help=_("Each has its own tastes and luck. Intervals are over worlds."),
        )
    return rounds, worlds


def _simulate(
    run: RunConfig, rates: list[float], *, rounds: int, worlds: int, _: Translator
) -> Simulation:
    """Run every rate in every world, one after another, and say how far it is."""
    total = len(rates) * worlds
    bar = st.progress(0.0, text=_("Starting…"))
    measures: list[pl.DataFrame] = []
    validity: list[pl.DataFrame] = []
    for world in range(worlds):
        for rate in rates:
            done = len(measures)
            bar.progress(
                done / total,
                text=_(
                    "World {world} of {worlds}, rate {rate}",
                    world=world + 1,
                    worlds=worlds,
                    rate=_.number(rate, digits=2),
                ),
            )
            part = loaders.simulated(replace(run, rate=rate), run.seed + world, rounds)
            measures.append(part.measures)
            validity.append(part.validity)
    bar.empty()
    return Simulation(
        replace(run, rate=0.0), tuple(rates), worlds, pl.concat(measures), pl.concat(validity)
    )
