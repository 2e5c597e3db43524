"""The rule that suggests a setting: written, edited, and what it says in a sentence."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from audits.catalogue import metric
from audits.measured import Setting
from audits.results import GAP
from audits.rules import Rule, Suggestion, suggest
from dashboard.components.effects import effect_names
from dashboard.components.figures import direction, interval_text, range_text, value_text
from dashboard.components.plain import plain
from dashboard.components.rate import rate_name
from dashboard.i18n import N_, Translator
from dashboard.labels import label
from dashboard.state import choose_setting, settle

__all__ = ["METRICS", "draw_suggestion", "edit_rule", "rule_text", "suggestion_text"]

METRICS = ("ndcg", "recall", "precision", "hit_rate", "mrr", "map")
PERCENTS = (0, 1, 2, 5, 10, 20)
SIDES = {"least": N_("least"), "most": N_("most")}


def edit_rule(has_gap: bool, _: Translator) -> Rule:
    """Draw the four parts of the rule, and return it."""
    names = effect_names(_)
    objectives = [name for name in names if name != "ndcg" and (has_gap or name != GAP)]
    side = settle("side", list(SIDES))
    objective = settle("objective", objectives)
    percent = settle("within", PERCENTS, usual=2)
    near = settle("near", METRICS)
    first, second, third, fourth = st.columns([1, 2, 1, 2])
    first.selectbox(_("Make"), list(SIDES), format_func=lambda name: _(SIDES[name]), key="side")
    second.selectbox(_("the measure"), objectives, format_func=names.__getitem__, key="objective")
    third.selectbox(_("within"), PERCENTS, format_func=lambda share: f"{share}%", key="within")
    fourth.selectbox(
        _("of the best"), METRICS, format_func=lambda name: _(metric(name).label), key="near"
    )
    return Rule(objective, side == "most", near, percent / 100)


def rule_text(rule: Rule, _: Translator) -> str:
    """Return the rule as a person reads it."""
    side = "most" if rule.most else "least"
    return _(
        "{side} “{objective}” within {percent} of the best “{metric}”",
        side=_(SIDES[side]),
        objective=_named(rule.objective, _),
        percent=f"{100 * rule.tolerance:g}%",
        metric=_(metric(rule.metric).label),
    )


def draw_suggestion(settings: Sequence[Setting], rule: Rule, _: Translator) -> Setting:
    """Say what the rule suggests, offer to use it, and return it."""
    found = suggest(settings, rule)
    st.markdown(f"**{plain(suggestion_text(found, rule, _))}**")
    st.caption(plain(_doubts(found, rule, _)))
    st.button(
        _("Use this setting"),
        icon=":material/check:",
        type="primary",
        key="use-setting",
        on_click=choose_setting,
        args=(found.setting.policy, found.setting.rate),
    )
    return found.setting


def suggestion_text(found: Suggestion, rule: Rule, _: Translator) -> str:
    """Return the suggestion with both numbers, their intervals and n."""
    setting = found.setting
    reached, met = setting.rows[rule.objective], setting.rows[rule.metric]
    if setting.rate == 0:
        name = _("the model's own list, rate 0")
    else:
        name = _(
            "{policy} at {rate}", policy=label(_, setting.policy), rate=rate_name(setting.rate, _)
        )
    return _(
        "The rule suggests {setting}: {objective} {value} ({interval}), {metric} {other} "
        "({other_interval}), n = {n}.",
        setting=name,
        objective=_named(rule.objective, _),
        value=value_text(_, reached),
        interval=interval_text(_, reached),
        metric=_(metric(rule.metric).label),
        other=value_text(_, met),
        other_interval=interval_text(_, met),
        n=_.number(reached.n, digits=0),
    )


def _doubts(found: Suggestion, rule: Rule, _: Translator) -> str:
    """Say how sure the suggestion is: its change from rate 0, and how often it would come again."""
    sentences = [
        _.ngettext(
            "{n} setting is near enough to the best, of {known}.",
            "{n} settings are near enough to the best, of {known}.",
            found.near,
            known=_.number(found.known, digits=0),
        )
    ]
    change = found.setting.changes.get(rule.objective)
    if found.setting.rate and change is not None and change.value is not None:
        clear = _("It differs from rate 0 by {change}.", change=range_text(_, change, signed=True))
        unclear = _(
            "Its difference from rate 0 is not clear: {change}.",
            change=range_text(_, change, signed=True),
        )
        sentences.append(clear if direction(change) else unclear)
    if found.share is not None:
        sentences.append(
            _(
                "With other people drawn from the same crowd, the rule would suggest the same in "
                "{percent} of cases.",
                percent=_.percent(found.share),
            )
        )
    sentences.append(
        _(
            "It was chosen on the people it is measured on, so what it promises is rather too "
            "good; look at it again on later data."
        )
    )
    return _.paragraph(sentences)


def _named(measure: str, _: Translator) -> str:
    return effect_names(_)[measure] if measure in effect_names(_) else _(metric(measure).label)
