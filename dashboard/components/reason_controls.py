"""The switches of an explanation: what is explained, and by which method."""

from __future__ import annotations

import streamlit as st

from dashboard import reason_loaders
from dashboard.i18n import Translator
from dashboard.labels import label
from dashboard.state import settle
from engine.config import RunConfig
from engine.explanations.explanation import GameName, Method

__all__ = ["reason_controls"]

GAMES: tuple[GameName, ...] = ("history", "attributes", "margin")


def reason_controls(run: RunConfig, user: str, item: int, _: Translator) -> tuple[Method, GameName]:
    """Draw both switches; the method that suits the model best stands first."""
    names: dict[GameName, str] = {
        "history": _("each title"),
        "attributes": _("kinds of titles"),
        "margin": _("lead over others"),
    }
    settle("reason-game", GAMES)
    game = st.selectbox(
        _("Explained by"),
        GAMES,
        format_func=names.__getitem__,
        key="reason-game",
        help=_(
            "Each title: what every item of the history adds to the score. Kinds of titles: items "
            "of one category together, what is known of the person, and what the item gets "
            "whoever asks. Lead over others: the score less that of the ten items that come next."
        ),
    )
    options = reason_loaders.methods(run, user, item, game)
    settle("reason-method", options)
    method = st.selectbox(
        _("Found by"),
        options,
        format_func=lambda name: label(_, name),
        key="reason-method",
        help=_(
            "The first is the best this model allows. Sampled orders come with an interval, a "
            "local line with how well it fits; the others are there to compare."
        ),
    )
    return method, game
