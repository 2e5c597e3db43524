"""What a simulation is asked for: arms, rounds, worlds, people; as settings of its job."""

from __future__ import annotations

import streamlit as st

from dashboard.commands.simulate_options import FROM_LOG
from dashboard.components.rate import rate_name
from dashboard.i18n import N_, Translator
from dashboard.labels import attribute_label
from dashboard.state import begin_with, settle, settle_all
from engine.config import RunConfig
from engine.dataset import Dataset
from engine.policies.registry import find_policy
from engine.simulation.tastes import USUAL_TASTES, usual_profiles
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
PICKS = (1, 2, 3, 5, 10)
VISITS = {
    "logged": N_("as often as their history is long"),
    "even": N_("everyone, every time"),
}
USUAL = UserBehaviour()
PROFILES = (1, 2, 4, 8, 16, 32)
LEARNING = (1, 5, 10)
USUAL_SHARE = 0.25


def arm_label(arm: str, _: Translator) -> str:
    """Return how an arm is called on the page."""
    name = "single" if arm.endswith(_ONCE) else arm
    if name in OTHER_ARMS:
        return _(OTHER_ARMS[name])
    return rate_name(float(arm.removeprefix("rate ")), _)


def loop_controls(
    run: RunConfig, log: Dataset, attributes: list[str], _: Translator
) -> dict[str, str]:
    """Draw the controls and return the settings of `dashboard.jobs.simulate` they stand for."""
    takes_rate = find_policy(run.policy).takes_rate
    left, right = st.columns(2)
    with left:
        offered = RATES if takes_rate else RATES[:1]
        settle_all("loop_rates", offered, usual=(0.0, 0.1, 0.5) if takes_rate else (0.0,))
        rates = st.multiselect(
            _("Exploration rates"),
            offered,
            format_func=lambda rate: rate_name(rate, _),
            placeholder=_("Choose"),
            key="loop_rates",
            help=_("Rate 0 is always run, for the others are held against it."),
            wrap=True,
            select_all=False,
        )
    with right:
        arms = _arms(_)
    rounds = settle("loop_rounds", ROUNDS, usual=10)
    worlds = settle("loop_worlds", WORLDS)
    with st.container(horizontal=True, gap="large"):
        st.segmented_control(_("Rounds"), ROUNDS, required=True, key="loop_rounds", wrap=True)
        st.segmented_control(
            _("Simulated worlds"),
            WORLDS,
            required=True,
            key="loop_worlds",
            help=_("Each has its own tastes and luck. Intervals are over worlds."),
            wrap=True,
        )
        by = _groups(attributes, _)
        refit = _learning(_)
    return {
        "dataset": run.dataset,
        "model": run.model,
        "policy": run.policy,
        "seed": str(run.seed),
        "n": str(run.n),
        "rates": ",".join(f"{rate:g}" for rate in sorted({0.0, *rates})),
        "arms": ",".join(arms),
        "rounds": str(rounds),
        "seeds": str(worlds),
        "refit-every": str(refit),
        "by": by,
        **_people(log, _),
        **_start(_),
    }


def _arms(_: Translator) -> list[str]:
    settle_all("loop_arms", list(OTHER_ARMS), usual=("search", "oracle"))
    return st.multiselect(
        _("Held against"),
        list(OTHER_ARMS),
        format_func=lambda name: _(OTHER_ARMS[name]),
        placeholder=_("Choose"),
        key="loop_arms",
        help=_(
            "No recommender: people search by themselves. Oracle: a recommender that knows "
            "every taste. Random lists: drawn evenly. Trained once: rate 0, never fitted again."
        ),
        wrap=True,
        select_all=False,
    )


def _groups(attributes: list[str], _: Translator) -> str:
    """Draw the choice of groups that are measured beside everyone; nothing without attributes."""
    offered = (*attributes, "")
    by = settle("loop_by", offered)
    if attributes:
        st.selectbox(
            _("Groups of people"),
            offered,
            format_func=lambda name: attribute_label(_, name) if name else _("none"),
            key="loop_by",
            width=220,
            help=_("Everything is measured group by group too, in a run of its own."),
        )
    return by


def _learning(_: Translator) -> int:
    every = settle("loop_refit", LEARNING)
    st.segmented_control(
        _("The model learns every … rounds"),
        LEARNING,
        required=True,
        key="loop_refit",
        help=_("1: after every round it is trained on all that was chosen so far."),
        wrap=True,
    )
    return every


def _start(_: Translator) -> dict[str, str]:
    """Draw what the model starts from and how it learns; what is usual goes without saying."""
    alone = settle("loop_incremental", (False, True))
    with st.expander(_("What the model learns from"), icon=":material/model_training:"):
        columns = st.columns(2)
        with columns[0]:
            share = _slider(
                _("Held back from the start"),
                "loop_test_share",
                usual=USUAL_SHARE,
                least=0.05,
                most=0.75,
                help=_(
                    "Share of the log that the rounds do not start from; it tells how far the "
                    "simulated people are like the logged ones."
                ),
            )
        with columns[1]:
            st.toggle(
                _("Learn new choices alone"),
                key="loop_incremental",
                help=_(
                    "After the first fit, a model that can do so learns what was chosen since, in "
                    "place of a new fit on everything: quicker, and near it. Any other model is "
                    "fitted afresh."
                ),
            )
    told = {"incremental": "true"} if alone else {}
    return told if share == USUAL_SHARE else told | {"test-share": f"{share:g}"}


def _drift(_: Translator) -> str:
    """Draw how far tastes drift, as a number or as the log has it."""
    from_log = settle("loop_drift_log", (False, True))
    drift = _slider(
        _("Tastes drift"),
        "loop_drift",
        usual=USUAL.drift,
        disabled=from_log,
        help=_("How far tastes move each round towards what was chosen; 0: they stay."),
    )
    st.toggle(
        _("As far as the log allows"),
        key="loop_drift_log",
        help=_(
            "Before the first round, made-up logs of known drift are compared with this one: the "
            "most drift that the order of the log allows for. It may take a minute; of "
            "MovieLens-100K it is about 0.5 to 0.7, by the seed."
        ),
    )
    return FROM_LOG if from_log else f"{drift:g}"


def _people(log: Dataset, _: Translator) -> dict[str, str]:
    with st.expander(_("The simulated people"), icon=":material/groups:"):
        st.caption(
            _(
                "Tastes are fitted on the whole log, apart from the model, and unless told "
                "otherwise people come as often as the length of their history says. The log "
                "cannot tell the rest: these are assumptions, so try others."
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
            drift = _drift(_)
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
        reading = _reading(_)
        tastes = _tastes(log, _)
    return {
        "adoption": f"{adoption:g}",
        "drift": drift,
        "boredom": str(boredom),
        "late": f"{late:g}",
        **reading,
        **tastes,
    }


def _tastes(log: Dataset, _: Translator) -> dict[str, str]:
    """Draw what tastes are made of."""
    columns = st.columns(4)
    usual = usual_profiles(log)
    with columns[0]:
        offered = (0, *PROFILES)
        profiles = settle("loop_profiles", offered)
        st.selectbox(
            _("Taste profiles"),
            offered,
            format_func=lambda n: (
                _.number(n, digits=0) if n else _("by the categories ({n})", n=usual)
            ),
            key="loop_profiles",
            help=_(
                "Each person mixes a few profiles that are found in the log; with one, everyone "
                "likes what is popular."
            ),
        )
    with columns[1]:
        background = _slider(
            _("Tastes without a profile"),
            "loop_background",
            usual=USUAL_TASTES.background,
            least=0.01,
            most=0.5,
            step=0.01,
            help=_("Share of choices that no profile explains: any item may be taken by anyone."),
        )
    told = {"background": f"{background:g}"}
    return told | ({"profiles": str(profiles)} if profiles else {})


def _reading(_: Translator) -> dict[str, str]:
    """Draw how a person comes and reads a list."""
    columns = st.columns(4)
    with columns[0]:
        picks = settle("loop_picks", PICKS, usual=USUAL.picks)
        st.selectbox(
            _("Taken from a list, at most"),
            PICKS,
            key="loop_picks",
            help=_("The most things a person takes from one list."),
        )
    with columns[1]:
        outside = _slider(
            _("Weight of leaving"),
            "loop_outside",
            usual=USUAL.outside,
            most=20.0,
            step=0.5,
            help=_(
                "Against an average item in the first place, which weighs 1; at 4.5 a list of ten "
                "average items is left untouched half the time."
            ),
        )
    with columns[2]:
        place_bias = _slider(
            _("Attention to places"),
            "loop_place_bias",
            usual=USUAL.place_bias,
            most=3.0,
            help=_("0: every place is seen alike; 1: the discount of the accuracy measures."),
        )
    with columns[3]:
        visits = settle("loop_visits", tuple(VISITS), usual="logged")
        st.selectbox(
            _("Who comes to a round"),
            tuple(VISITS),
            format_func=lambda name: _(VISITS[name]),
            key="loop_visits",
            help=_("By history: the 10% with the longest ones come every time."),
        )
    return {
        "picks": str(picks),
        "outside": f"{outside:g}",
        "place-bias": f"{place_bias:g}",
        "visits": visits,
    }


def _slider(
    label: str,
    key: str,
    *,
    usual: float,
    help: str,
    least: float = 0.0,
    most: float = 1.0,
    step: float = 0.05,
    disabled: bool = False,
) -> float:
    """Draw a slider whose value outlives a change of page."""
    value = begin_with(key, usual, least=least, most=most)
    st.slider(label, least, most, step=step, key=key, help=help, disabled=disabled)
    return value
