"""The slider that everything turns on, with words for where it stands."""

from __future__ import annotations

import streamlit as st

from dashboard.i18n import Translator
from engine.config import RunConfig
from engine.policies.registry import find_policy

__all__ = ["rate_name", "rate_slider"]


def rate_slider(run: RunConfig, _: Translator) -> None:
    """Draw the slider of the exploration rate; its value lives in the session."""
    st.slider(
        _("Exploration rate"),
        min_value=0.0,
        max_value=1.0,
        step=0.05,
        format="%.2f",
        key="rate",
        help=_(
            "How far the lists depart from the model's own: 0 is its own list, 1 the most that "
            "the policy can do. The sentence below says what that is."
        ),
    )
    st.caption(_words(run, _))


def rate_name(rate: float, _: Translator) -> str:
    """Return how a list at a rate is called in charts."""
    return _("rate {rate}", rate=_.number(rate, digits=0 if rate in (0, 1) else 2))


def _words(run: RunConfig, _: Translator) -> str:
    meaning = find_policy(run.policy).meaning(run.rate, run.n)
    return _(meaning.template, **{name: _short(x, _) for name, x in meaning.values.items()})


def _short(value: float, _: Translator) -> str:
    whole = abs(value - round(value)) < 1e-9
    return _.number(value, digits=0 if whole else 1)
