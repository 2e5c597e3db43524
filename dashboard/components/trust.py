"""How far a model's reasons can be trusted: put to the test when asked to."""

from __future__ import annotations

import polars as pl
import streamlit as st

from dashboard import loaders, reason_loaders
from dashboard.charts.removal import removal as removal_chart
from dashboard.components.job_card import await_jobs
from dashboard.components.picture import picture
from dashboard.components.plain import plain
from dashboard.components.tables import numbers_table
from dashboard.i18n import Translator
from dashboard.jobs.fitting import NotYetError
from dashboard.labels import label
from dashboard.state import Selection, is_put_to_the_test, put_to_the_test
from engine.errors import RecscopeError
from engine.explanations.fidelity_curve import Removal

__all__ = ["trust"]

# The cut that the sentence speaks of.
SHARE = 0.2


def trust(selection: Selection, _: Translator) -> None:
    """Draw the button, and the curves once they are asked for."""
    st.header(_("How far can these reasons be trusted?"), anchor=False)
    if not loaders.fitted(selection.run).capabilities.personalised:
        st.info(_("This model gives everyone the same scores: no history gives it reasons."))
        return
    st.caption(
        _(
            "A reason is worth something if the score falls when what it names is taken away, and "
            "hardly moves when what it does not name is."
        )
    )
    if st.button(_("Put the reasons to the test"), icon=":material/experiment:", key="test"):
        put_to_the_test(selection.greedy)
    if not is_put_to_the_test(selection.greedy):
        return
    try:
        with st.spinner(_("Taking histories away and asking the model again…")):
            found = reason_loaders.removal(selection.greedy)
    except NotYetError as needed:
        await_jobs([needed], _, where="trust")
        return
    except RecscopeError as error:
        st.error(plain(_.error(error)), icon=":material/error:")
        return
    if not found.curves.height:
        st.info(_("Histories do not raise the scores of the items that this model lists first."))
        return
    _draw(found, _)


def _draw(found: Removal, _: Translator) -> None:
    names = {
        "first": _("first what the reasons name first"),
        "random": _("at random"),
        "last": _("first what the reasons name last"),
    }
    sentence = _sentence(found, _)
    st.markdown(f"**{sentence}**")
    rows = found.curves.with_columns(
        pl.Series("text", [_words(row, names, _) for row in found.curves.to_dicts()])
    )
    with st.container(border=True):
        picture(
            removal_chart,
            rows,
            labels=names,
            x_title=_("Share of the history taken away"),
            y_title=_("Left of what it gave the score"),
            alt=sentence,
        )
    st.caption(
        _(
            "The best item of each of {people} people drawn at random, with reasons by the method "
            "“{method}”. 100% is the score of the whole history above that of none, summed over "
            "people; bands are 95% intervals from resampling people.",
            people=_.number(found.people, digits=0),
            method=label(_, found.method),
        )
    )
    numbers_table(
        [
            {
                _("Taken away"): names[row["order"]],
                _("Share of the history taken away"): _.percent(row["share"]),
                _("Value"): _.percent(row["value"]),
                _("95% interval"): _ends(row, _),
                _("People (n)"): found.people,
            }
            for row in found.curves.to_dicts()
        ],
        _,
        name="trust",
    )


def _sentence(found: Removal, _: Translator) -> str:
    """Say what a fifth less does, and whether the reasons beat a draw."""
    first, drawn = (found.at(order, SHARE) for order in ("first", "random"))
    told = _(
        "Without the fifth of the history that the reasons name first, {left} is left of what "
        "the history gave the score (95% interval {ends}); without a fifth drawn at random, "
        "{drawn} ({drawn_ends}).",
        left=_.percent(first["value"]),
        ends=_ends(first, _),
        drawn=_.percent(drawn["value"]),
        drawn_ends=_ends(drawn, _),
    )
    if first["high"] < drawn["low"]:
        return _.paragraph([told, _("The reasons name what counts.")])
    return _.paragraph([told, _("The reasons do not clearly do better than chance.")])


def _ends(row: dict[str, float], _: Translator) -> str:
    return _("{low} to {high}", low=_.percent(row["low"]), high=_.percent(row["high"]))


def _words(row: dict[str, float], names: dict[str, str], _: Translator) -> str:
    return _(
        "{share} gone, {order}: {left} left ({ends})",
        share=_.percent(row["share"]),
        order=names[str(row["order"])],
        left=_.percent(row["value"]),
        ends=_ends(row, _),
    )
