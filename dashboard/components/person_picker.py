"""Choosing one person: by name, the next one, or anyone."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import streamlit as st

from dashboard.components.attributes import attributes_of
from dashboard.i18n import Translator
from dashboard.labels import person_label
from dashboard.state import choose_user, settle
from engine.dataset import Dataset

__all__ = ["person_picker"]


def person_picker(dataset: Dataset, _: Translator, *, usual: str | None = None) -> str:
    """Draw the choice of a person, and return the id; ``usual`` while nobody was chosen."""
    users = dataset.user_ids
    current = settle("user", users, usual=usual)
    described = _descriptions(dataset, _)
    place = users.index(current)
    choice, following, anyone = st.columns([2.6, 1, 1.2], vertical_alignment="bottom")
    choice.selectbox(_("Person"), users, format_func=described.__getitem__, key="user")
    following.button(
        _("Next"),
        icon=":material/arrow_forward:",
        on_click=choose_user,
        args=(users[(place + 1) % len(users)],),
        key="next-person",
        width="stretch",
    )
    anyone.button(
        _("Anyone"),
        icon=":material/casino:",
        on_click=choose_user,
        args=(users[int(np.random.default_rng().integers(len(users)))],),
        key="any-person",
        width="stretch",
    )
    return current


@lru_cache(maxsize=8)
def _descriptions(dataset: Dataset, _: Translator) -> dict[str, str]:
    """Return everyone's id with what the data say about them, by id."""
    names = attributes_of(dataset)
    rows = dataset.users.select("user_id", *names).iter_rows()
    said = (
        " · ".join([user, *(person_label(_, value) for value in values if value is not None)])
        for user, *values in rows
    )
    return dict(zip(dataset.user_ids, said, strict=True))
