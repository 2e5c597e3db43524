"""The editor of another history, and the list that would come of it."""

from __future__ import annotations

import numpy as np
import polars as pl
import streamlit as st

from dashboard import loaders, reason_loaders
from dashboard.components.attributes import attributes_of
from dashboard.components.list_rows import Place
from dashboard.components.plain import plain
from dashboard.components.tables import grid
from dashboard.i18n import Translator
from dashboard.labels import attribute_label, person_label
from dashboard.state import settle, settle_all
from engine.config import RunConfig
from engine.dataset import Dataset
from engine.explanations.what_if import Edit, WhatIf

__all__ = ["draw_what_if"]


def draw_what_if(run: RunConfig, user: str, place: Place, *, train: Dataset, _: Translator) -> None:
    """Draw the editor, and both lists beside each other once something is changed."""
    edit = _editor(train, user, _)
    if not loaders.fitted(run).capabilities.uses_attributes and edit.attributes:
        st.info(
            _(
                "This model does not look at what is known of the person, so the list cannot "
                "change by that."
            ),
            icon=":material/info:",
        )
    if edit.is_empty:
        st.caption(_("Change something, and the model lists anew."))
        return
    found = reason_loaders.changed(run, user, edit)
    st.text(_said(found, edit, _))
    _lists(found, train, _)
    _score_words(run, user, place, edit, found=found, train=train, _=_)


def _editor(train: Dataset, user: str, _: Translator) -> Edit:
    row = train.user_row(user)
    has = train.histories.items_of(row)[::-1].tolist()
    titles = train.items["title"]
    name = {item: str(titles[item]) for item in range(train.n_items)}
    left, right = st.columns(2)
    settle_all(f"drop-{user}", has, called="drop")
    drop = left.multiselect(
        _("Take out of the history"),
        has,
        format_func=name.__getitem__,
        placeholder=_("Choose"),
        key=f"drop-{user}",
        wrap=True,
        select_all=False,
    )
    others = np.setdiff1d(np.arange(train.n_items), has).tolist()
    settle_all(f"add-{user}", others, called="add")
    add = right.multiselect(
        _("Put into the history"),
        others,
        format_func=name.__getitem__,
        placeholder=_("Choose"),
        key=f"add-{user}",
        wrap=True,
        select_all=False,
    )
    weights = _weights(train, user, [item for item in has if item not in drop], _)
    return Edit(tuple(drop), tuple(add), weights, _attributes(train, user, _))


def _weights(
    train: Dataset, user: str, items: list[int], _: Translator
) -> tuple[tuple[int, float], ...]:
    """Draw the choice of one item to be rated anew, where ratings differ at all."""
    known = np.unique(train.histories.weights)
    if len(known) < 2 or not items:
        return ()
    titles = train.items["title"]
    left, right = st.columns(2)
    settle(f"rerate-{user}", [None, *items], called="rerate")
    settle(f"rating-{user}", known.tolist(), called="rating")
    item = left.selectbox(
        _("Rate anew"),
        items,
        index=None,
        format_func=lambda row: str(titles[row]),
        placeholder=_("nothing"),
        key=f"rerate-{user}",
    )
    weight = right.select_slider(
        _("New rating"), known.tolist(), key=f"rating-{user}", disabled=item is None
    )
    return () if item is None else ((item, float(weight)),)


def _attributes(train: Dataset, user: str, _: Translator) -> tuple[tuple[str, object], ...]:
    names = attributes_of(train)[:3]
    if not names:
        return ()
    own = train.users.row(train.user_row(user), named=True)
    changed: list[tuple[str, object]] = []
    for column, name in zip(st.columns(len(names)), names, strict=True):
        values = sorted(train.users[name].drop_nulls().unique().to_list())
        others = [value for value in values if value != own[name]]
        settle(f"attribute-{name}-{user}", [None, *others], called=f"if-{name}", by_place=True)
        value = column.selectbox(
            plain(attribute_label(_, name)),
            others,
            index=None,
            format_func=lambda each: person_label(_, each),
            placeholder=_("as it is: {value}", value=person_label(_, own[name])),
            key=f"attribute-{name}-{user}",
        )
        if value is not None:
            changed.append((name, value))
    return tuple(changed)


def _said(found: WhatIf, edit: Edit, _: Translator) -> str:
    if found.moved == 0:
        words = [_("The list stays as it is.")]
        # Of what is known of the person it has been said above.
        if not edit.attributes and np.array_equal(found.scores_before, found.scores_after):
            words.append(_("No score changes: the model does not look at this."))
        return _.paragraph(words)
    return _.paragraph(
        [
            _.ngettext(
                "{n} place holds another item.", "{n} places hold another item.", found.moved
            ),
            _.ngettext("{n} item is new.", "{n} items are new.", len(found.entered)),
        ]
    )


def _lists(found: WhatIf, train: Dataset, _: Translator) -> None:
    titles = train.items["title"]
    before = [str(titles[int(row)]) if row >= 0 else "" for row in found.before]
    after = [
        (
            _("new: {title}", title=titles[int(row)])
            if row in found.entered
            else str(titles[int(row)])
        )
        if row >= 0
        else ""
        for row in found.after
    ]
    table = pl.DataFrame(
        {
            _("Place"): np.arange(1, len(before) + 1),
            _("As it is"): before,
            _("As it would be"): after,
        }
    )
    grid(table)


def _score_words(
    run: RunConfig,
    user: str,
    place: Place,
    edit: Edit,
    *,
    found: WhatIf,
    train: Dataset,
    _: Translator,
) -> None:
    """Say what becomes of the chosen item and of its strongest reason."""
    digits = 3 if abs(place.score) < 10 else 1
    before, after = (float(s[place.item]) for s in (found.scores_before, found.scores_after))
    words = [
        _(
            "The score of “{title}” goes from {before} to {after}.",
            title=place.title,
            before=_.number(before, digits=digits),
            after=_.number(after, digits=digits),
        )
    ]
    if place.item not in found.edited.items:
        reasons = reason_loaders.reason_after(run, user, place.item, edit)
        if len(reasons.players) and reasons.contributions.max() > 0:
            best = int(reasons.players[int(np.argmax(reasons.contributions))])
            title = train.items["title"][best]
            words.append(_("Its strongest reason would be “{title}”.", title=title))
    st.text(_.paragraph(words))
