"""The data sets a person keeps: to turn to, and to delete."""

from __future__ import annotations

import streamlit as st

from dashboard.access.session import current_person
from dashboard.components.plain import plain
from dashboard.i18n import Translator
from dashboard.services.own_data import forget_own
from dashboard.state import choose_dataset
from dashboard.uploads.store import UploadStore

__all__ = ["draw_own_sets"]


def draw_own_sets(store: UploadStore, _: Translator) -> None:
    """Draw a row for each data set that is kept."""
    kept = store.kept()
    if not kept:
        return
    st.header(_("What you keep here"), anchor=False)
    st.caption(_("Only you see these; they stay until you delete them."))
    for about in kept:
        with st.container(border=True):
            words, use, delete = st.columns([3, 1.4, 1], vertical_alignment="center")
            words.markdown(f"**{plain(about.title)}** · {_.moment(about.kept_at)}")
            use.button(
                _("Use it on all pages"),
                key=f"use-{about.name}",
                icon=":material/check:",
                on_click=choose_dataset,
                args=(about.name,),
                width="stretch",
            )
            delete.button(
                _("Delete"),
                key=f"delete-{about.name}",
                icon=":material/delete:",
                on_click=forget_own,
                args=(current_person(), about.name),
                width="stretch",
            )
