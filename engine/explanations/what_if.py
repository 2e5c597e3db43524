"""What-if: another history or another person, and the list that comes of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import polars as pl
from numpy.typing import NDArray

from engine.errors import OptionError
from engine.histories import Histories
from engine.models.base import Recommender
from engine.ranking import top_n

__all__ = ["Edit", "WhatIf", "edit_history", "what_if"]


@dataclass(frozen=True)
class Edit:
    """What is to be otherwise.

    Attributes
    ----------
    drop
        Item rows taken out of the history.
    add
        Item rows put at its end, each with the middle weight of the history, or 1.
    weights
        Pairs of an item row in the history and its new weight.
    attributes
        Pairs of an attribute and its new value; None for not known.
    """

    drop: tuple[int, ...] = ()
    add: tuple[int, ...] = ()
    weights: tuple[tuple[int, float], ...] = ()
    attributes: tuple[tuple[str, object], ...] = ()

    @property
    def is_empty(self) -> bool:
        """Whether nothing is to be otherwise."""
        return not (self.drop or self.add or self.weights or self.attributes)


@dataclass(frozen=True, eq=False)
class WhatIf:
    """The list as it is beside the list as it would be, both scored by the model.

    Attributes
    ----------
    history, edited
        The history as it is, and the other one.
    before, after
        (n,) item rows; -1 pads. Items of either history are on neither list.
    scores_before, scores_after
        (I,) of all items.
    entered, left
        Rows that are on one list alone, in its order.
    moved
        Places of the n that hold another item.
    """

    history: Histories
    edited: Histories
    before: NDArray[np.int32]
    after: NDArray[np.int32]
    scores_before: NDArray[np.float32]
    scores_after: NDArray[np.float32]
    entered: tuple[int, ...]
    left: tuple[int, ...]
    moved: int


def edit_history(history: Histories, edit: Edit) -> Histories:
    """Return one history with the edit made.

    Raises
    ------
    OptionError
        An item is dropped or weighed anew that is not there, added that is, or outside the
        catalogue; or the person has no such attribute.

    Examples
    --------
    >>> history = Histories.from_lists([[0, 2]], n_items=4)
    >>> edit_history(history, Edit(drop=(0,), add=(3,))).items.tolist()
    [2, 3]
    """
    has = history.items.tolist()
    _require_all(has, [*edit.drop, *(row for row, _ in edit.weights)])
    for row in edit.add:
        if row in has or not 0 <= row < history.n_items:
            raise OptionError(
                "item row {row} cannot be added: it is in the history already, or outside the "
                "catalogue of {n_items} items",
                row=row,
                n_items=history.n_items,
            )
    weights = history.weights.copy()
    for row, weight in edit.weights:
        weights[has.index(row)] = weight
    usual = float(np.median(history.weights)) if has else 1.0
    kept = replace(history, weights=weights).keep(~np.isin(history.items, edit.drop))
    added = np.array(edit.add, dtype=np.int32)
    longer = kept.append(np.zeros(len(added), dtype=np.int64), added, weight=usual)
    return replace(longer, attributes=_changed(history.attributes, edit.attributes))


def what_if(model: Recommender, history: Histories, edit: Edit, *, n: int = 10) -> WhatIf:
    """Score one history as it is and as it would be, and list the first n of each.

    Raises
    ------
    OptionError
        The edit cannot be made; see `edit_history`.
    """
    edited = edit_history(history, edit)
    open_to_both = ~(history.seen() | edited.seen())
    first, second = model.score(history), model.score(edited)
    before, after = (top_n(scores, open_to_both, n=n)[0] for scores in (first, second))
    rows_before, rows_after = (rows[rows >= 0].tolist() for rows in (before, after))
    return WhatIf(
        history=history,
        edited=edited,
        before=before,
        after=after,
        scores_before=first[0],
        scores_after=second[0],
        entered=tuple(row for row in rows_after if row not in rows_before),
        left=tuple(row for row in rows_before if row not in rows_after),
        moved=int((before != after).sum()),
    )


def _require_all(has: Sequence[int], rows: Sequence[int]) -> None:
    for row in rows:
        if row not in has:
            raise OptionError(
                "item row {row} is not in the history, so it can be neither dropped nor weighed "
                "anew",
                row=row,
            )


def _changed(
    attributes: pl.DataFrame | None, values: Sequence[tuple[str, object]]
) -> pl.DataFrame | None:
    for name, value in values:
        if attributes is None or name not in attributes.columns:
            raise OptionError(
                "the person has no attribute {name}; use one of {names}",
                name=name,
                names=", ".join([] if attributes is None else attributes.columns),
            )
        column = pl.Series(name, [value], dtype=attributes.schema[name])
        attributes = attributes.with_columns(column)
    return attributes
