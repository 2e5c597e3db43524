"""Which log, and which of its columns hold what."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

from dashboard.access.session import current_person
from dashboard.components.plain import plain
from dashboard.i18n import N_, Translator
from dashboard.services.own_data import columns_of_own_log
from dashboard.state import settle
from dashboard.uploads.columns import guess

__all__ = ["OwnLog", "choose_own_log"]

ENDINGS = ("csv", "tsv", "parquet", "jsonl")
FIELDS = {
    "item_id": N_("what was shown"),
    "reward": N_("what came of it"),
    "propensity": N_("its chance of being shown"),
    "user_id": N_("to whom"),
    "rank": N_("in which place, from 1"),
    "list_id": N_("in which list"),
}
NEEDED = ("item_id", "reward")


@dataclass(frozen=True)
class OwnLog:
    """An uploaded log: its name, its bytes, our names → its columns, and all of its columns."""

    name: str
    content: bytes
    mapping: tuple[tuple[str, str], ...]
    columns: tuple[str, ...]

    def has(self, field: str) -> bool:
        """Return whether a column was named for this field."""
        return field in dict(self.mapping)

    @property
    def others(self) -> list[str]:
        """The columns that no field was given."""
        return [name for name in self.columns if name not in dict(self.mapping).values()]


def choose_own_log(_: Translator) -> OwnLog | None:
    """Draw the upload and the mapping; None until both needed columns are named."""
    upload = st.file_uploader(
        _("A log: one row for each thing shown (CSV, TSV, Parquet or JSONL)"),
        type=list(ENDINGS),
        key="log-file",
        help=_("It is read in memory and not kept."),
    )
    if upload is None:
        st.info(_("Choose a file to begin."), icon=":material/upload_file:")
        return None
    content = upload.getvalue()
    columns = columns_of_own_log(current_person(), upload.name, content)
    st.caption(_("Which column holds what? Guesses stand where a name told."))
    guessed = guess(columns, list(FIELDS))
    chosen: dict[str, str] = {}
    for column, field in zip([*st.columns(3), *st.columns(3)], FIELDS, strict=True):
        options = [None, *columns]
        settle(f"log-{field}", options, usual=guessed.get(field), in_link=False)
        picked = column.selectbox(
            _("{field}: {meaning}", field=field, meaning=_(FIELDS[field])),
            options,
            format_func=lambda name: _("(none)") if name is None else name,
            placeholder=_("(none)"),
            key=f"log-{field}",
        )
        if picked is not None:
            chosen[field] = picked
    missing = [_(FIELDS[field]) for field in NEEDED if field not in chosen]
    if missing:
        st.info(plain(_("Name the column that says {fields}.", fields=_.listing(missing))))
        return None
    return OwnLog(upload.name, content, tuple(chosen.items()), tuple(columns))
