"""What would have had to be otherwise for this item not to be listed, or to be."""

from __future__ import annotations

import streamlit as st

from dashboard import reason_loaders
from dashboard.components.job_card import await_jobs
from dashboard.components.list_rows import Place
from dashboard.i18n import Translator
from dashboard.jobs.fitting import NotYetError
from engine.config import RunConfig
from engine.dataset import Dataset
from engine.explanations.counterfactual import Counterfactual

__all__ = ["draw_counterfactual"]


def draw_counterfactual(
    run: RunConfig, user: str, place: Place, *, train: Dataset, _: Translator
) -> None:
    """Draw the card."""
    try:
        with st.spinner(_("Asking the model about other histories…")):
            found = reason_loaders.counterfactual(run, user, place.item)
    except NotYetError as needed:
        await_jobs([needed], _, where="counterfactual")
        return
    st.text(_said(found, _))
    titles = train.items["title"]
    if found.found:
        with st.container(border=True, gap=None):
            for row in found.items:
                st.text(titles[row])
        _after(found, train, _)
    st.caption(_effort(found, _), help=_size_words(found, _))


def _said(found: Counterfactual, _: Translator) -> str:
    if found.kind == "removal":
        if found.found:
            return _.ngettext(
                "Without this {n} title in the history, the item would not be among the model's "
                "first {length}:",
                "Without these {n} titles in the history, the item would not be among the model's "
                "first {length}:",
                len(found.items),
                length=found.n,
            )
        if found.size == "none":
            return _(
                "Whatever is taken out of the history, the item stays among the model's first "
                "{length}.",
                length=found.n,
            )
        return _("No titles were found whose removal would take the item off the list.")
    if found.found:
        return _.ngettext(
            "By score the item has place {rank} and is not among the model's first {length}. With "
            "this {n} title in the history it would be:",
            "By score the item has place {rank} and is not among the model's first {length}. With "
            "these {n} titles in the history it would be:",
            len(found.items),
            rank=found.rank_before,
            length=found.n,
        )
    return _(
        "By score the item has place {rank} and is not among the model's first {length}. No titles "
        "were found that would bring it in.",
        rank=found.rank_before,
        length=found.n,
    )


def _after(found: Counterfactual, train: Dataset, _: Translator) -> None:
    moved = _(
        "Scored again by the model: place {before} becomes place {after}.",
        before=found.rank_before,
        after=found.rank_after,
    )
    words = [moved]
    if found.rival >= 0:
        title = train.items["title"][found.rival]
        if found.kind == "removal":
            words.append(_("The first item would then be “{title}”.", title=title))
        else:
            words.append(_("“{title}” would make room for it.", title=title))
    st.text(_.paragraph(words))


def _effort(found: Counterfactual, _: Translator) -> str:
    scored = _.ngettext("{n} history scored.", "{n} histories scored.", found.evaluations)
    sizes = {
        "minimal": _("No smaller change does it."),
        "small": _("A small change; a smaller one may exist."),
        "none": _("Proven: there is none."),
        "unknown": _("Not proven: there may be one."),
    }
    return _.paragraph([sizes[found.size], scored])


def _size_words(found: Counterfactual, _: Translator) -> str:
    return _(
        "A change is shown only after the model has scored the changed history and the list has "
        "come out otherwise. “No smaller” is said where every smaller change was tried or ruled "
        "out by the model's form; else none of the titles shown can be spared."
    )
