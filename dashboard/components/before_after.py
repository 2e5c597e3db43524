"""One person's list before and after: what entered, what left, what moved."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import streamlit as st

from dashboard import loaders
from dashboard.components.person_picker import person_picker
from dashboard.components.plain import plain
from dashboard.components.rate import rate_name
from dashboard.i18n import Translator
from dashboard.state import Selection
from engine.policies.slates import Slates

__all__ = ["Moves", "before_after", "moves"]


@dataclass(frozen=True)
class Moves:
    """What differs between two lists.

    Attributes
    ----------
    entered, left
        Items of the second list alone, and of the first alone, in the order of their lists.
    moved
        Items of both, in another place.
    """

    entered: tuple[int, ...]
    left: tuple[int, ...]
    moved: tuple[int, ...]


def moves(before: Sequence[int], after: Sequence[int]) -> Moves:
    """Compare two lists of item rows; -1 is no item.

    Examples
    --------
    >>> moves([1, 2, 3], [1, 4, 2])
    Moves(entered=(4,), left=(3,), moved=(2,))
    """
    old, new = ([int(item) for item in items if item >= 0] for items in (before, after))
    return Moves(
        tuple(item for item in new if item not in old),
        tuple(item for item in old if item not in new),
        tuple(item for item in new if item in old and old.index(item) != new.index(item)),
    )


def before_after(selection: Selection, _: Translator) -> None:
    """Draw both lists of a person beside each other; at first someone whose list changed."""
    run = selection.run
    st.header(_("One person's list, before and after"), anchor=False)
    train = loaders.split(run.dataset, run.seed).train
    own, shown = loaders.slates(selection.greedy), loaders.slates(run)
    user = person_picker(train, _, usual=train.user_ids[_first_changed(own, shown)])
    row = train.user_row(user)
    found = moves(own.items[row].tolist(), shown.items[row].tolist())
    st.markdown(f"**{_sentence(found, run.rate, _)}**")
    titles = train.items["title"].to_list()
    own_title, now_title = _("The model's own list"), rate_name(run.rate, _)
    gone = dict.fromkeys(found.left, _mark("orange", "remove", _("left")))
    come = dict.fromkeys(found.entered, _mark("blue", "add", _("entered")))
    come |= dict.fromkeys(found.moved, _mark("gray", "swap_vert", _("moved")))
    lists = ((own_title, own, gone), (now_title, shown, come))
    for column, (title, slates, marks) in zip(st.columns(2), lists, strict=True):
        with column, st.container(border=True, height="stretch"):
            st.markdown(f"**{title}**")
            st.markdown(_lines(slates.items[row].tolist(), titles, marks))


def _first_changed(own: Slates, shown: Slates) -> int:
    return int(np.argmax((own.items != shown.items).any(axis=1)))


def _sentence(found: Moves, rate: float, _: Translator) -> str:
    if rate == 0:
        return _("At rate 0 the list is the model's own: nothing enters and nothing leaves.")
    if not (found.entered or found.moved or found.left):
        return _("At {rate}, this person's list stays as it is.", rate=rate_name(rate, _))
    return _.paragraph(
        [
            _.ngettext("{n} item entered.", "{n} items entered.", len(found.entered)),
            _.ngettext("{n} item left.", "{n} items left.", len(found.left)),
            _.ngettext("{n} item moved.", "{n} items moved.", len(found.moved)),
        ]
    )


def _lines(items: Sequence[int], titles: Sequence[str], marks: dict[int, str]) -> str:
    """Return a numbered list; titles are data and stay text."""
    return "\n".join(
        f"{place}. {plain(titles[item])} {marks.get(item, '')}".rstrip()
        for place, item in enumerate((i for i in items if i >= 0), start=1)
    )


def _mark(colour: str, icon: str, word: str) -> str:
    return f":{colour}-badge[:material/{icon}: {word}]"
