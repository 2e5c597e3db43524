"""Off-policy: what another policy, or more chance, would have earned on a log."""

from __future__ import annotations

import streamlit as st

from dashboard.access.person import require
from dashboard.access.role import Action
from dashboard.access.session import current_person
from dashboard.components.estimates import draw_told
from dashboard.components.log_choice import OwnLog, choose_own_log
from dashboard.components.page import heading, show
from dashboard.components.plain import plain
from dashboard.i18n import N_, Translator
from dashboard.off_policy import THOMPSON, UNIFORM, Asked
from dashboard.services.estimate import estimate_on_own_log, estimate_on_sample
from dashboard.state import Selection, begin_with, settle, settle_all
from engine.off_policy.evaluation import Settings
from engine.off_policy.support import Limits
from engine.sources.open_bandit import CAMPAIGNS, LOGGED_BY

__all__ = ["off_policy"]

SAMPLE, OWN = "open-bandit", "own"
SOURCES = {SAMPLE: N_("Open Bandit sample (fashion, real clicks)"), OWN: N_("A log of your own")}
TARGETS = {UNIFORM: N_("chance alone"), THOMPSON: N_("the Thompson sampler")}
CAMPAIGN = {"all": N_("all fashion"), "men": N_("men's fashion"), "women": N_("women's fashion")}


def off_policy(selection: Selection, _: Translator) -> None:
    """Draw the page."""
    heading(
        selection,
        _("What would it have earned?"),
        _("What would another policy, or more chance, have earned on a log, had it run instead?"),
        _,
        turns=False,
    )
    source = settle("log_source", list(SOURCES))
    st.segmented_control(
        _("Log"),
        list(SOURCES),
        format_func=lambda name: _(SOURCES[name]),
        required=True,
        key="log_source",
        wrap=True,
    )
    if source == SAMPLE:
        _sample(selection, _)
    else:
        require(current_person(), Action.BRING)
        log = choose_own_log(_)
        if log is not None:
            _own(log, selection, _)


def _sample(selection: Selection, _: Translator) -> None:
    settle("target", list(TARGETS), usual=THOMPSON)
    settle("logged_by", LOGGED_BY)
    settle("campaign", CAMPAIGNS)
    first, second, third = st.columns(3)
    target = first.selectbox(
        _("What would have run"), list(TARGETS), format_func=lambda n: _(TARGETS[n]), key="target"
    )
    logged_by = second.selectbox(
        _("What did run, and wrote the log"),
        LOGGED_BY,
        format_func=lambda name: _(TARGETS[name]),
        key="logged_by",
    )
    campaign = third.selectbox(
        _("Where"), CAMPAIGNS, format_func=lambda name: _(CAMPAIGN[name]), key="campaign"
    )
    rate = _rate(target != UNIFORM, _)
    asked = Asked(target, rate=rate, settings=_settings(selection, _))
    with st.spinner(_("Estimating …")):
        told = estimate_on_sample(current_person(), asked, campaign, logged_by=logged_by)
    draw_told(told, _target_name(_(TARGETS[target]), rate, _), _)


def _own(log: OwnLog, selection: Selection, _: Translator) -> None:
    options = [UNIFORM, *log.others]
    settle("own_target", options, in_link=False)
    target = st.selectbox(
        _("What would have run: chance alone, or the column with its chance of what was shown"),
        options,
        format_func=lambda name: _(TARGETS[UNIFORM]) if name == UNIFORM else name,
        key="own_target",
    )
    rate = _rate(target != UNIFORM, _)
    is_lists = log.has("list_id")
    context = [] if is_lists else _context(log, _)
    independent = is_lists and st.toggle(
        _("The places of a list were filled without regard to each other"),
        key="independent",
        help=_(
            "Then the chance of an item in its place is the same whatever stands above, and "
            "estimators that need that (IIPS, PI) are shown too."
        ),
    )
    estimated = False
    if not log.has("propensity"):
        estimated = not is_lists and st.toggle(
            _("Estimate the chances by how often each item stood in each place"), key="estimated"
        )
        if not estimated:
            _refuse(is_lists, _)
            return
    asked = Asked(
        target,
        rate=rate,
        context=tuple(context),
        estimate_propensities=estimated,
        independent_places=independent,
        settings=_settings(selection, _),
    )
    with st.spinner(_("Estimating …")):
        told = estimate_on_own_log(
            current_person(), log.name, log.content, mapping=log.mapping, asked=asked
        )
    name = _(TARGETS[UNIFORM]) if target == UNIFORM else f"“{target}”"
    draw_told(told, _target_name(name, rate, _), _)


def _context(log: OwnLog, _: Translator) -> list[str]:
    settle_all("context", log.others, in_link=False)
    return st.multiselect(
        _("Columns known before the choice (for the reward model)"),
        log.others,
        placeholder=_("Choose"),
        key="context",
        help=_("The reward model foretells rewards from them. Never name what came of the choice."),
        wrap=True,
        select_all=False,
    )


def _refuse(is_lists: bool, _: Translator) -> None:
    words = _(
        "This log does not say how likely each thing was to be shown. Without that nothing can "
        "be weighted, and no estimate is given. Name the column above."
    )
    if not is_lists:
        words = _.paragraph(
            [words, _("Or have the chances estimated, which holds only if nothing but the place "
                      "decided what was shown.")]
        )  # fmt: skip
    st.error(plain(words), icon=":material/block:")


def _rate(can_mix: bool, _: Translator) -> float:
    """Draw the slider that leaves part of the target to chance; it is this page's own."""
    if not can_mix:
        return 0.0
    begin_with("left_to_chance", 0.0, least=0.0, most=1.0)
    return st.slider(
        _("Share of its choices left to chance"),
        min_value=0.0,
        max_value=1.0,
        step=0.05,
        format="%.2f",
        key="left_to_chance",
        help=_("0 is the policy itself, 1 is chance alone."),
    )


def _target_name(name: str, rate: float, _: Translator) -> str:
    if rate == 0:
        return name
    return _("{name} with {percent} left to chance", name=name, percent=_.percent(rate))


def _settings(selection: Selection, _: Translator) -> Settings:
    usual = Settings()
    begin_with("least_ess", int(usual.limits.least_ess), least=0, most=10**9)
    begin_with("most_unseen", 100 * usual.limits.most_unseen, least=0.0, most=100.0)
    begin_with("switch_at", usual.switch_at, least=0.0, most=1e9)
    with st.expander(_("What is asked of the log"), icon=":material/tune:"):
        first, second, third = st.columns(3)
        least = first.number_input(
            _("Least worth, in rows"),
            min_value=0,
            key="least_ess",
            help=_("Below this effective sample size the page says that evidence is missing."),
        )
        unseen = second.number_input(
            _("Most that was never shown, in %"),
            min_value=0.0,
            max_value=100.0,
            key="most_unseen",
            help=_(
                "Where the log never shows more than this of what the target would choose, no "
                "estimate is given."
            ),
        )
        switch = third.number_input(
            _("Weight above which Switch-DR trusts the reward model"),
            min_value=0.0,
            key="switch_at",
            help=_(
                "A row's weight is the target's chance of what was shown over the logged one. "
                "The reward model foretells rewards from what was known before the choice."
            ),
        )
    limits = Limits(most_unseen=unseen / 100, least_ess=float(least))
    return Settings(limits=limits, switch_at=switch, seed=selection.run.seed)


show(off_policy)
