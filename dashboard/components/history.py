"""What a person has had before: the only thing the model knows of them."""

from __future__ import annotations

import numpy as np
import streamlit as st

from dashboard.i18n import Translator
from engine.dataset import Dataset

__all__ = ["history"]

RECENT = 6


def history(train: Dataset, user: str, _: Translator) -> None:
    """Draw the latest items of a person's history with the weight each was given."""
    row = train.user_row(user)
    items = train.histories.items_of(row)
    weights = train.histories.weights_of(row)
    st.markdown(
        "**"
        + _.ngettext(
            "What the model knows of this person: {n} item, the latest first",
            "What the model knows of this person: {n} items, the latest first",
            len(items),
        )
        + "**"
    )
    if len(items) == 0:
        st.caption(_("Nothing: the list below is what a newcomer gets."))
        return
    rated = len(np.unique(train.histories.weights)) > 1
    latest = list(zip(items[::-1][:RECENT], weights[::-1][:RECENT], strict=True))
    for column, (item, weight) in zip(st.columns(RECENT), latest, strict=False):
        with column, st.container(border=True, height="stretch", gap=None):
            st.text(train.items["title"][int(item)])
            if rated:
                st.caption(_("rated {weight}", weight=_.number(float(weight), digits=0)))
