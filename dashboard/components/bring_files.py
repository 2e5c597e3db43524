"""Bringing one file: uploaded, or named by its path on the server; and a template to fill in."""

from __future__ import annotations

from collections.abc import Callable
from hashlib import sha256

import streamlit as st

from dashboard.access.session import current_person
from dashboard.components.plain import plain
from dashboard.i18n import Translator
from dashboard.services.own_data import read_on_server, read_sent
from dashboard.state import Received, keep_brought, kept_brought
from dashboard.uploads.limits import LIMITS
from dashboard.uploads.receive import ENDINGS, PACKED
from dashboard.uploads.tables import TABLES, Brought, template
from engine.errors import RecscopeError

__all__ = ["bring_file", "draw_templates"]


def bring_file(kind: str, *, on_server: bool, needed: bool, _: Translator) -> Brought | None:
    """Draw the choice of a file and return what was read of it; None while there is none."""
    title = _(TABLES[kind].title)
    if not needed:
        title = _("{title} – if you have it", title=title)
    with st.container(border=True):
        received = _named(kind, title, _) if on_server else _uploaded(kind, title, _)
        if received is None:
            return None
        if received.error is not None:
            st.error(plain(_.error(received.error)), icon=":material/error:")
            return None
        if received.brought is not None:
            frame = received.brought.frame
            st.caption(
                _(
                    "{rows} rows, {columns} columns",
                    rows=_.number(frame.height, digits=0),
                    columns=_.number(frame.width, digits=0),
                )
            )
        return received.brought


def draw_templates(kinds: tuple[str, ...], _: Translator) -> None:
    """Draw an example of each table, to be taken away and filled in."""
    with st.expander(_("Templates to fill in"), icon=":material/download:"):
        st.caption(
            _(
                "Your columns may be called otherwise; the next step asks which is which. "
                "Further columns of people and of items become groups to compare."
            )
        )
        with st.container(horizontal=True):
            for kind in kinds:
                st.download_button(
                    f"{kind}.csv",
                    template(kind),
                    file_name=f"{kind}.csv",
                    mime="text/csv",
                    icon=":material/download:",
                    key=f"template-{kind}",
                    help=_(TABLES[kind].title),
                    on_click="ignore",
                )


def _uploaded(kind: str, title: str, _: Translator) -> Received | None:
    upload = st.file_uploader(
        title,
        type=[*ENDINGS, *PACKED],
        key=f"file-{kind}",
        help=_(
            "CSV, TSV, Parquet or JSONL, of at most {most} MB; may be packed as {packed}.",
            most=LIMITS.file_bytes // 1_000_000,
            packed=", ".join(PACKED),
        ),
    )
    if upload is None:
        return None
    kept = kept_brought(kind)
    if kept is not None and kept.mark == upload.file_id:
        return kept
    sent = upload
    return _received(
        kind,
        upload.file_id,
        lambda: read_sent(current_person(), sent, sent.name, kind=kind),
    )


def _named(kind: str, title: str, _: Translator) -> Received | None:
    said = st.text_input(
        title,
        key=f"path-{kind}",
        help=_("A path below the folder that whoever runs recscope has opened for reading."),
    )
    if not said.strip():
        return None
    mark = sha256(said.encode()).hexdigest()
    kept = kept_brought(kind)
    if kept is not None and kept.mark == mark:
        return kept
    return _received(kind, mark, lambda: read_on_server(current_person(), said, kind=kind))


def _received(kind: str, mark: str, read: Callable[[], Brought]) -> Received:
    """Read what comes in, once; the file itself is gone when this returns."""
    try:
        received = Received(mark, brought=read())
    except RecscopeError as error:
        received = Received(mark, error=error)
    keep_brought(kind, received)
    return received
