"""What a simulation is asked for: arms, rounds, worlds, people; as options of the command."""

from __future__ import annotations

import streamlit as st

from dashboard.components.rate import rate_name
from dashboard.i18n import N_, Translator
from dashboard.state import begin_with, settle, settle_all
from engine.config import RunConfig
from engine.policies.registry import find_policy
from engine.simulation.users import UserBehaviour

__all__ = ["OTHER_ARMS", "arm_label", "loop_controls"]

RATES = (0.0, 0.05, 0.1, 0.2, 0.3, 0.5, 1.0)
ROUNDS = (5, 10, 20)
WORLDS = (3, 5, 10)
OTHER_ARMS = {
    "search": N_("no recommender"),
    "oracle": N_("oracle"),
    "random": N_("random lists"),
    "single": N_("trained once"),
}
_ONCE = ", trained once"
BORED = (0, 3, 5, 10)
USUAL = UserBehaviour()


def arm_label(arm: str, _: Translator) -> str:
    """Return how an arm is called on the page."""
    name = "single" if arm.endswith(_ONCE) else arm
    if name in OTHER_ARMS:
        return _(OTHER_ARMS[name])
    return rate_name(float(arm.removeprefix("rate ")), _)


def loop_controls(run: RunConfig, attributes: list[str], _: Translator) -> tuple[str, ...]:
    """Draw the controls and return the options of `recscope simulate` they stand for."""
    takes_rate = find_policy(run.policy).takes_rate
    left, right = st.columns(2)
    with left:
        offered = RATES if takes_rate else RATES[:1]
        settle_all("loop_rates", offered, usual=(0.0, 0.1, 0.5) if takes_rate else (0.0,))
        rates = st.multiselect(
            _("Exploration rates"),
            offered,
            format_func=lambda rate: rate_name(rate, _),
            key="loop_rates",
            help=_("Rate 0 is always run, for the others are held against it."),
        )
    with right:
        settle_all("loop_arms", list(OTHER_ARMS), usual=("search", "oracle"))
        arms = st.multiselect(
            _("Held against"),
            list(OTHER_ARMS),
            format_func=lambda name: _(OTHER_ARMS[name]),
            key="loop_arms",
            help=_(
                "No recommender: people search by themselves. Oracle: a recommender that knows "
                "every taste. Random lists: drawn evenly. Trained once: rate 0, never fitted again."
            ),
        )
    rounds = settle("loop_rounds", ROUNDS, usual=10)
    worlds = settle("loop_worlds", WORLDS)
    with st.container(horizontal=True, gap="large"):
        st.segmented_control(_("Rounds"), ROUNDS, required=True, key="loop_rounds")
        st.segmented_control(
            _("Simulated worlds"),
            WORLDS,
            required=True,
            key="loop_worlds",
            help=_("Each has its own tastes and luck. Intervals are over worlds."),
        )
    people = _people(_)
    told = {
        "--dataset": run.dataset,
        "--model": run.model,
        "--policy": run.policy,
        "--seed": str(run.seed),
        "--n": str(run.n),
        "--rates": ",".join(f"{rate:g}" for rate in sorted({0.0, *rates})),
        "--arms": ",".join(arms),
        "--rounds": str(rounds),
        "--seeds": str(worlds),
        "--by": attributes[0] if attributes else "",
        **people,
    }
    return tuple(part for pair in told.items() for part in pair)


def _people(_: Translator) -> dict[str, str]:
    with st.expander(_("The simulated people"), icon=":material/groups:"):
        st.caption(
            _(
                "Tastes are fitted on the whole log, apart from the model, and people come as "
                "often as the length of their history says. The log cannot tell the rest: these "
                "are assumptions, so try others."
            )
        )
        columns = st.columns(4)
        with columns[0]:
            adoption = _slider(
                _("Follow the list"),
                "loop_adoption",
                usual=USUAL.adoption,
                help=_("Chance of looking at the list; else a person searches by herself."),
            )
        with columns[1]:
            drift = _slider(
                _("Tastes drift"),
                "loop_drift",
                usual=USUAL.drift,
                help=_("How far tastes move each round towards what was chosen."),
            )
        with columns[2]:
            boredom = settle("loop_boredom", BORED)
            st.selectbox(
                _("Bored after"),
                BORED,
                format_func=lambda n: _.number(n, digits=0) if n else _("never"),
                key="loop_boredom",
                help=_("So many choices of one category in a row, and the person leaves."),
            )
        with columns[3]:
            late = _slider(
                _("Items that come later"),
                "loop_late",
                usual=0.0,
                most=0.5,
                help=_("Share of the catalogue that arrives over the rounds, unknown to all."),
            )
    return {
        "--adoption": f"{adoption:g}",
        "--drift": f"{drift:g}",
        "--boredom": str(boredom),
        "--late": f"{late:g}",
    }


def _slider(label: str, key: str, *, usual: float, help: str, most: float = 1.0) -> float:
    """Draw a slider in steps of 0.05 whose value outlives a change of page."""
    value = begin_with(key, usual, least=0.0, most=most)
    st.slider(label, 0.0, most, step=0.05, key=key, help=help)
    return value
