"""Which column of a brought file holds what, and what stands against it."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from audits.log_repair import FIXES, inspect_log
from dashboard.components.plain import plain
from dashboard.i18n import N_, Translator
from dashboard.state import settle, settle_all
from dashboard.uploads.columns import guess
from dashboard.uploads.tables import TABLES, Brought, problems
from engine.tables import Duplicates

__all__ = ["check_brought", "choose_columns", "choose_duplicates", "mend_lists"]

FIELDS = {
    "user_id": N_("who"),
    "item_id": N_("which item"),
    "weight": N_("how much: a rating, a count"),
    "timestamp": N_("when"),
    "rank": N_("in which place, from 1"),
    "score": N_("the system's score"),
    "propensity": N_("its chance of being shown"),
    "title": N_("title"),
    "provider": N_("provider"),
    "categories": N_("categories, separated by |"),
}
DUPLICATES: dict[Duplicates, str] = {
    "error": N_("say so and stop"),
    "last": N_("keep the later row"),
    "sum": N_("add the weights"),
}
WIDE = 3
_ODD = {
    "the first place is numbered 0": N_("The first place is numbered 0"),
    "an item stands twice on a list": N_("An item stands twice on a list"),
    "two items share a place": N_("Two items share a place"),
    "places are left empty between items": N_("Places are left empty between items"),
}
_FIX = {
    "ranks-from-zero": N_("count places from 1"),
    "duplicates": N_("keep an item's first place"),
    "renumber": N_("number the places anew"),
}


def choose_columns(brought: Brought, _: Translator) -> dict[str, str] | None:
    """Draw a choice for each of our columns, and return our names → theirs.

    None until every needed column is named.
    """
    kind = TABLES[brought.kind]
    columns = brought.frame.columns
    guessed = guess(columns, [column.name for column in kind.spec.columns])
    mapping: dict[str, str] = {}
    with st.container(border=True):
        st.markdown(f"**{_(kind.title)}**")
        places = [*st.columns(WIDE), *st.columns(WIDE)]
        for place, column in zip(places, kind.spec.columns, strict=False):
            options = [None, *columns]
            key = f"column-{brought.kind}-{column.name}"
            settle(key, options, usual=guessed.get(column.name), in_link=False)
            words = _("{field}: {meaning}", field=column.name, meaning=_(FIELDS[column.name]))
            chosen = place.selectbox(
                f"{words} *" if column.required else words,
                options,
                format_func=lambda name: _("(none)") if name is None else name,
                placeholder=_("(none)"),
                key=key,
            )
            if chosen is not None:
                mapping[column.name] = chosen
        others = [name for name in columns if name not in mapping.values()]
        if others:
            st.caption(plain(_("Further columns: {names}.", names=_.listing(others[:20]))))
        missing = [
            _(FIELDS[column.name])
            for column in kind.spec.columns
            if column.required and column.name not in mapping
        ]
        if missing:
            st.info(plain(_("Name the column that says {fields}.", fields=_.listing(missing))))
            return None
    return mapping


def choose_duplicates(_: Translator) -> Duplicates:
    """Draw what becomes of rows that name the same person and item."""
    chosen = settle("duplicates", list(DUPLICATES))
    st.segmented_control(
        _("If two rows name the same person and item"),
        list(DUPLICATES),
        format_func=lambda name: _(DUPLICATES[name]),
        key="duplicates",
        required=True,
        wrap=True,
    )
    return chosen


def mend_lists(brought: Brought, mapping: Mapping[str, str], _: Translator) -> Brought:
    """Say what is odd about lists, and mend what is asked for; the result has our names."""
    mapped = Brought(brought.kind, brought.mapped(mapping), brought.origin)
    found = inspect_log(mapped.frame)
    for finding in found:
        words = _ODD[finding.text]
        st.warning(
            plain(
                _(
                    "{odd}: {n} people, {user} for one.",
                    odd=_(words),
                    n=_.number(finding.n, digits=0),
                    user=finding.user,
                )
            ),
            icon=":material/warning:",
        )
    offered = list(dict.fromkeys(finding.fix for finding in found))
    if not offered:
        return mapped
    asked = settle_all("fixes", offered, in_link=False)
    st.multiselect(
        _("Mend"),
        offered,
        format_func=lambda fix: _(_FIX[fix]),
        placeholder=_("Choose"),
        key="fixes",
        wrap=True,
        select_all=False,
    )
    frame = mapped.frame
    for fix in FIXES:
        if fix in asked:
            frame = FIXES[fix](frame)
    return Brought(brought.kind, frame, brought.origin)


def check_brought(
    brought: Brought, mapping: Mapping[str, str], *, duplicates: Duplicates, _: Translator
) -> bool:
    """Say what stands against a table, row by row; whether nothing does."""
    found = problems(brought, mapping, duplicates=duplicates)
    for error in found:
        st.error(plain(_.error(error)), icon=":material/error:")
    if not found:
        words = _(
            "{table}: {rows} rows, and nothing stands against them.",
            table=_(TABLES[brought.kind].title),
            rows=_.number(brought.frame.height, digits=0),
        )
        st.success(plain(words), icon=":material/check_circle:")
    return not found
