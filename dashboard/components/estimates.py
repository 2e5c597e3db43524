"""What a log tells of a target: warnings first, then the estimators, then what they rest on."""

from __future__ import annotations

from math import floor, log10

import polars as pl
import streamlit as st

from dashboard.charts.estimates import estimates as estimates_chart
from dashboard.components.figures import with_ends
from dashboard.components.picture import picture
from dashboard.components.plain import plain
from dashboard.components.tables import numbers_table
from dashboard.i18n import N_, Translator
from dashboard.off_policy import Told
from engine.off_policy.cautions import ASSUMPTIONS, CAUTIONS, Caution
from engine.off_policy.estimate import Estimate
from engine.off_policy.evaluation import Evaluation

__all__ = ["draw_told", "told_sentence"]

NAMES = {"ips": "IPS", "snips": "SNIPS", "dm": "DM", "dr": "DR", "switch-dr": "Switch-DR"}
FULL = {
    "ips": N_("inverse propensity scoring"),
    "snips": N_("the same, divided by the mean weight"),
    "dm": N_("direct method"),
    "dr": N_("doubly robust"),
    "switch-dr": N_("doubly robust, cautious with large weights"),
}
GRAVE = ("refused", "little_evidence")
PREFERRED = ("dr", "snips", "cascade-dr", "snrips", "snsips")


def draw_told(told: Told, target: str, _: Translator) -> None:
    """Draw everything; what a reader must be wary of stands on top."""
    evaluation = told.evaluation
    grave = [_words(caution, _) for caution in evaluation.cautions if caution.kind in GRAVE]
    others = [_words(caution, _) for caution in evaluation.cautions if caution.kind not in GRAVE]
    if grave:
        st.error(_lines(grave), icon=":material/block:")
    if others:
        st.warning(_lines(others), icon=":material/warning:")
    st.markdown(f"**{_upper(plain(told_sentence(told, target, _)))}**")
    if evaluation.estimates:
        with st.container(border=True):
            _draw(told, target, _)
    _support(evaluation, _)


def told_sentence(told: Told, target: str, _: Translator) -> str:
    """Say what the target would have earned by the steadiest estimator, and what the log earned."""
    evaluation = told.evaluation
    digits = _digits(evaluation)
    logged = with_ends(
        _, _number(evaluation.logged.value, digits, _), _level(evaluation.logged, digits, _)
    )
    found = {estimate.estimator: estimate for estimate in evaluation.estimates}
    chosen = next((found[name] for name in PREFERRED if name in found), None)
    if chosen is None or chosen.value is None:
        return _("No estimate is given. The log itself earned {logged}.", logged=logged)
    sentence = _(
        "{target} would have earned {value} on average ({interval}, by {estimator}); the log "
        "itself earned {logged}, n = {n}.",
        target=target,
        value=_number(chosen.value, digits, _),
        interval=_level(chosen, digits, _),
        estimator=_name(chosen.estimator),
        logged=logged,
        n=_.number(evaluation.support.n, digits=0),
    )
    if evaluation.suffices:
        return sentence
    return _.paragraph([sentence, _("The evidence does not suffice to act on it.")])


def _draw(told: Told, target: str, _: Translator) -> None:
    evaluation = told.evaluation
    digits = _digits(evaluation)
    rows = [
        _point(estimate, _name(estimate.estimator), digits, _)
        for estimate in evaluation.estimates
        if estimate.value is not None
    ]
    if told.on_policy is not None:
        own = _point(told.on_policy, _("earned in its own log"), digits, _)
        rows.append({**own, "measured": True})
    picture(
        estimates_chart,
        pl.DataFrame(rows),
        logged=evaluation.logged.value or 0.0,
        logged_label=_("the log: {value}", value=_number(evaluation.logged.value, digits, _)),
        title=_("Reward, on average"),
        number_format=f".{digits}f",
        alt=_(
            "What {target} would have earned, one point and interval an estimator; the table "
            "below has the numbers.",
            target=target,
        ),
    )
    assumptions = [
        _(
            "{estimator}: {assumption}.",
            estimator=_full_name(estimate.estimator, _),
            assumption=_(ASSUMPTIONS[estimate.estimator]),
        )
        for estimate in evaluation.estimates
    ]
    st.caption(_lines([plain(words) for words in assumptions]))
    every = [*evaluation.estimates, evaluation.logged]
    named = [(_name(estimate.estimator), estimate) for estimate in every[:-1]]
    named.append((_("the log itself"), evaluation.logged))
    if told.on_policy is not None:
        named.append((_("earned in its own log"), told.on_policy))
    numbers_table(
        [_row(name, estimate, evaluation, digits, _) for name, estimate in named],
        _,
        name="estimates",
    )


def _support(evaluation: Evaluation, _: Translator) -> None:
    support = evaluation.support
    st.subheader(_("What it rests on"), anchor=False)
    cells = (
        (_("Rows"), _.number(support.n, digits=0), _("Logged choices, or lists.")),
        (
            _("Worth, in rows"),
            _.number(support.ess, digits=0),
            _(
                "Effective sample size: how many rows drawn by the target itself would tell as "
                "much. {share} of the rows.",
                share=_.percent(support.ess_share),
            ),
        ),
        (
            _("Mean weight"),
            _.number(support.mean_weight, digits=2),
            _(
                "1 is expected where the chances are right and the log covers the target; 95% "
                "interval {low} to {high}.",
                low=_.number(support.mean_weight_low, digits=2),
                high=_.number(support.mean_weight_high, digits=2),
            ),
        ),
        (
            _("Never shown"),
            "–" if support.unseen is None else f"{_.number(100 * support.unseen, digits=1)}%",
            _("Share of what the target would choose that the log never shows."),
        ),
    )
    for column, (title, value, words) in zip(st.columns(len(cells)), cells, strict=True):
        with column, st.container(border=True, height="stretch", gap="xsmall"):
            st.metric(title, value, help=words)
            if title == _("Mean weight"):
                st.caption(_("95% interval {ends}", ends=_mean_range(evaluation, _)))


def _mean_range(evaluation: Evaluation, _: Translator) -> str:
    ends = (evaluation.support.mean_weight_low, evaluation.support.mean_weight_high)
    low, high = (_.number(end, digits=2) for end in ends)
    return _("{low} to {high}", low=low, high=high)


def _point(estimate: Estimate, name: str, digits: int, _: Translator) -> dict[str, object]:
    value = _number(estimate.value, digits, _)
    return {
        "estimator": name,
        "value": estimate.value,
        "low": estimate.value if estimate.low is None else estimate.low,
        "high": estimate.value if estimate.high is None else estimate.high,
        "value_text": value,
        "text": with_ends(_, value, _interval(estimate, digits, _)),
        "measured": False,
    }


def _row(
    name: str, estimate: Estimate, evaluation: Evaluation, digits: int, _: Translator
) -> dict[str, str | int]:
    size = "–" if estimate.ess is None else _.number(estimate.ess, digits=0)
    return {
        _("Estimator"): name,
        _("Value"): _number(estimate.value, digits, _),
        _("95% interval"): _interval(estimate, digits, _),
        _("Worth, in rows"): size,
        _("People or rows resampled"): evaluation.support.users,
    }


def _interval(estimate: Estimate, digits: int, _: Translator) -> str:
    if estimate.low is None or estimate.high is None:
        return _("no interval")
    low, high = (_number(end, digits, _) for end in (estimate.low, estimate.high))
    return _("{low} to {high}", low=low, high=high)


def _level(estimate: Estimate, digits: int, _: Translator) -> str:
    """Return the interval with its level."""
    ends = _interval(estimate, digits, _)
    return ends if estimate.low is None else _("95% interval {ends}", ends=ends)


def _number(value: float | None, digits: int, _: Translator) -> str:
    return "–" if value is None else _.number(value, digits=digits)


def _digits(evaluation: Evaluation) -> int:
    """Return decimals that show three figures of what the log earned."""
    size = abs(evaluation.logged.value or 0.0)
    return 3 if size == 0 else min(max(2 - floor(log10(size)), 0), 8)


def _name(estimator: str) -> str:
    return NAMES.get(estimator, estimator.upper())


def _full_name(estimator: str, _: Translator) -> str:
    name = _name(estimator)
    return with_ends(_, name, _(FULL[estimator])) if estimator in FULL else name


def _words(caution: Caution, _: Translator) -> str:
    words = _(CAUTIONS[caution.kind], **caution.values)
    return _upper(plain(_("{words}.", words=words)))


def _lines(words: list[str]) -> str:
    """Put each on a line of its own."""
    return "  \n".join(words)


def _upper(words: str) -> str:
    return words[:1].upper() + words[1:]
