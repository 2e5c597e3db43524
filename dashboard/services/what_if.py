"""Another history or another person, and the list that would come of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import polars as pl

from dashboard.access.person import Person
from dashboard.access.role import Action
from dashboard.services.service import service
from engine.dataset import Dataset
from engine.errors import OptionError, UnknownNameError
from engine.explanations import what_if as counterparts
from engine.explanations.what_if import Edit, WhatIf
from engine.models.base import Recommender

__all__ = ["Changes", "what_if"]

# Of values named in an error.
_MOST_NAMED = 30


@dataclass(frozen=True)
class Changes:
    """A question: what would one person's list be, were something otherwise.

    Attributes
    ----------
    user
        An id.
    drop, add
        Ids of items taken out of the history and put at its end.
    weights
        Pairs of an item's id and its new weight.
    attributes
        Pairs of an attribute and its new value as text; empty for not known.
    n
        List length.
    """

    user: str
    drop: tuple[str, ...] = ()
    add: tuple[str, ...] = ()
    weights: tuple[tuple[str, float], ...] = ()
    attributes: tuple[tuple[str, str], ...] = ()
    n: int = 10

    def edit(self, train: Dataset) -> Edit:
        """Return the edit in rows and values of the data set.

        Raises
        ------
        UnknownNameError
            Nobody knows the user or an item.
        OptionError
            Nothing is to be otherwise, or something cannot be.
        """
        _check_items(self, train)
        edit = Edit(
            tuple(train.item_row(item) for item in self.drop),
            tuple(train.item_row(item) for item in self.add),
            tuple((train.item_row(item), weight) for item, weight in self.weights),
            tuple((name, _value(train, name, text)) for name, text in self.attributes),
        )
        if edit.is_empty:
            raise OptionError("nothing is to be otherwise; give --drop, --add, --weight or --set")
        return edit


@service(Action.RUN)
def what_if(
    _person: Person, changes: Changes, train: Dataset, *, fit: Callable[[], Recommender]
) -> WhatIf:
    """Answer with the model's own list as it is and as it would be."""
    edit = changes.edit(train)
    history = train.histories.take([train.user_row(changes.user)])
    return counterparts.what_if(fit(), history, edit, n=changes.n)


def _check_items(changes: Changes, train: Dataset) -> None:
    has = train.histories.items_of(train.user_row(changes.user)).tolist()
    gone = [*changes.drop, *(item for item, _ in changes.weights)]
    for item in gone:
        if train.item_row(item) not in has:
            raise OptionError(
                "user {user} has no item {item} in the history, so it can be neither dropped nor "
                "weighed anew",
                user=changes.user,
                item=item,
            )
    for item in changes.add:
        if train.item_row(item) in has:
            raise OptionError(
                "user {user} has item {item} in the history already, so it cannot be added",
                user=changes.user,
                item=item,
            )
    named = [*gone, *changes.add]
    for item in named:
        if named.count(item) > 1:
            raise OptionError("item {item} is changed twice; name it once", item=item)


def _value(train: Dataset, name: str, text: str) -> object:
    """Read an attribute's value as the data set has it; words must be among those it knows."""
    if name not in train.users.columns[1:]:
        raise UnknownNameError(
            "people have no attribute {name}; name one of {names}",
            name=name,
            names=", ".join(train.users.columns[1:]) or "–",
        )
    column = train.users[name]
    if not text:
        return None
    if column.dtype.is_numeric():
        found = pl.Series([text]).cast(column.dtype, strict=False)[0]
        if found is None:
            raise OptionError(
                "{name} is a number, not {value}; write {name}=NUMBER", name=name, value=repr(text)
            )
        return found
    known = {str(value): value for value in column.drop_nulls().unique()}
    if text not in known:
        raise UnknownNameError(
            "nobody has {name}={value}; it is one of {names}",
            name=name,
            value=text,
            names=", ".join(sorted(known)[:_MOST_NAMED]),
        )
    return known[text]
