"""Your data: bring tables, say which column is what, see them checked, use or audit them."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl
import streamlit as st

from dashboard.access.person import require
from dashboard.access.role import Action
from dashboard.access.session import current_person
from dashboard.components.bring_columns import (
    check_brought,
    choose_columns,
    choose_duplicates,
    mend_lists,
)
from dashboard.components.bring_files import bring_file, draw_templates
from dashboard.components.datasheet_rows import draw_attributes, draw_datasheet
from dashboard.components.own_audit import draw_own_audit
from dashboard.components.own_sets import draw_own_sets
from dashboard.components.page import heading, show
from dashboard.components.plain import plain
from dashboard.i18n import N_, Translator
from dashboard.services.own_data import keep_own
from dashboard.state import Selection, choose_dataset, keep_joined, kept_joined, settle
from dashboard.uploads.server_paths import shared_folder
from dashboard.uploads.store import store_of
from dashboard.uploads.tables import TABLES, Brought
from engine.dataset import Dataset, make_dataset
from engine.datasheet import make_datasheet
from engine.errors import RecscopeError

__all__ = ["own_data"]

RECOMMEND, AUDIT = "recommend", "audit"
PURPOSES = {
    RECOMMEND: N_("A log, to recommend from and to look at on all pages"),
    AUDIT: N_("Lists of another system, to audit"),
}
NEEDED = {
    RECOMMEND: ("interactions",),
    AUDIT: ("recommendations", "held_out", "interactions"),
}
IF_HAD = ("users", "items")
FROM = {"upload": N_("Upload"), "server": N_("A path on the server")}


def own_data(selection: Selection, _: Translator) -> None:
    """Draw the page."""
    heading(
        selection,
        _("Your data"),
        _("What do your own log, or the lists of your own system, look like through these eyes?"),
        _,
        turns=False,
    )
    person = current_person()
    require(person, Action.BRING)
    draw_own_sets(store_of(person), _)
    purpose = _purpose(_)
    st.header(_("1. The files"), anchor=False)
    brought = _files(purpose, _)
    draw_templates((*NEEDED[purpose], *IF_HAD), _)
    if any(kind not in brought for kind in NEEDED[purpose]):
        needed = [_(TABLES[kind].title) for kind in NEEDED[purpose] if kind not in brought]
        st.info(
            plain(_("Still needed: {tables}.", tables=_.listing(needed))),
            icon=":material/upload_file:",
        )
        return
    tables = _checked(brought, _)
    if tables is None:
        return
    dataset = _joined(tables, _)
    if dataset is None:
        return
    st.header(_("4. What they hold"), anchor=False)
    draw_datasheet(make_datasheet(dataset), _)
    draw_attributes(dataset, _)
    if purpose == RECOMMEND:
        _use(dataset, _)
        return
    require(person, Action.RUN)
    st.header(_("5. The audit"), anchor=False)
    draw_own_audit(tables, selection.run, _)


def _purpose(_: Translator) -> str:
    purpose = settle("purpose", list(PURPOSES))
    st.radio(
        _("What do you bring?"), list(PURPOSES), format_func=lambda p: _(PURPOSES[p]), key="purpose"
    )
    return purpose


def _files(purpose: str, _: Translator) -> dict[str, Brought]:
    on_server = False
    if shared_folder() is not None:
        on_server = settle("bring_from", list(FROM)) == "server"
        st.segmented_control(
            _("From"),
            list(FROM),
            format_func=lambda f: _(FROM[f]),
            key="bring_from",
            required=True,
            wrap=True,
        )
    st.caption(
        _(
            "Files are checked while they come in and read in memory. Nothing is kept unless you "
            "say so below, and nobody else sees it."
        )
    )
    found: dict[str, Brought] = {}
    for kind in (*NEEDED[purpose], *IF_HAD):
        one = bring_file(kind, on_server=on_server, needed=kind not in IF_HAD, _=_)
        if one is not None:
            found[kind] = one
    return found


def _checked(brought: Mapping[str, Brought], _: Translator) -> dict[str, pl.DataFrame] | None:
    """Draw columns and checks; None while something stands against a table."""
    st.header(_("2. Which column holds what?"), anchor=False)
    st.caption(_("Guesses stand where a name told. * is needed."))
    mappings = {kind: choose_columns(one, _) for kind, one in brought.items()}
    if any(mapping is None for mapping in mappings.values()):
        return None
    st.header(_("3. Checks"), anchor=False)
    duplicates = choose_duplicates(_)
    tables: dict[str, pl.DataFrame] = {}
    for kind, one in brought.items():
        mapping = mappings[kind] or {}
        read, names, doubled = one, mapping, duplicates
        if kind == "recommendations":
            read, names = mend_lists(one, mapping, _), {name: name for name in mapping}
        if kind not in ("interactions", "held_out"):
            doubled = "error"
        if check_brought(read, names, duplicates=doubled, _=_):
            tables[kind] = read.checked(names, duplicates=doubled)
    return tables if len(tables) == len(brought) else None


def _joined(tables: Mapping[str, pl.DataFrame], _: Translator) -> Dataset | None:
    """Join the tables, once; what does not fit together is said."""
    joined = kept_joined(tables)
    if joined is not None:
        return joined
    try:
        joined = make_dataset(
            "brought",
            tables["interactions"],
            users=tables.get("users"),
            items=tables.get("items"),
        )
    except RecscopeError as error:
        st.error(plain(_.error(error)), icon=":material/error:")
        return None
    keep_joined(tables, joined)
    return joined


def _use(dataset: Dataset, _: Translator) -> None:
    st.header(_("5. Use it"), anchor=False)
    with st.form("keep-own", border=True):
        title = st.text_input(_("What do you call it?"), key="own-title", max_chars=60)
        asked = st.form_submit_button(
            _("Keep it and use it on all pages"), type="primary", icon=":material/check:"
        )
    if not asked:
        return
    name = keep_own(current_person(), dataset, title=title.strip() or _("My data"))
    choose_dataset(name)
    st.rerun()


show(own_data)
