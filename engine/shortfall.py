"""Who gets a short list, or none, because they have had what there is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from engine.dataset import Dataset
from engine.errors import TableError

__all__ = ["Shortfall", "find_shortfall", "require_something_left"]


@dataclass(frozen=True)
class Shortfall:
    """The people whose lists are not of the length asked for; nobody is listed an item they had.

    Attributes
    ----------
    nothing_left
        Ids of those who have had the whole catalogue: no row of the table is theirs.
    shorter
        How many have something left, but less than the length.
    """

    nothing_left: tuple[str, ...]
    shorter: int


def find_shortfall(dataset: Dataset, *, n: int, users: Sequence[str] | None = None) -> Shortfall:
    """Say whose list of n items will be shorter than that, among the users named or all.

    Examples
    --------
    >>> from engine.testing import dataset_from
    >>> find_shortfall(dataset_from(np.array([[1, 1, 1], [1, 1, 0], [1, 0, 0]])), n=2)
    Shortfall(nothing_left=('0',), shorter=1)
    """
    names = dataset.user_ids if users is None else users
    rows = np.array([dataset.user_row(user) for user in names], dtype=np.int64)
    left = dataset.n_items - dataset.histories.lengths[rows]
    none = tuple(names[place] for place in np.flatnonzero(left == 0).tolist())
    return Shortfall(none, int(((left > 0) & (left < n)).sum()))


def require_something_left(dataset: Dataset) -> None:
    """Refuse a data set in which there is nothing to recommend to anybody.

    Raises
    ------
    TableError
        Every history is the whole catalogue.
    """
    if (dataset.histories.lengths == dataset.n_items).all():
        raise TableError(
            "everyone in {dataset} has had all {items} items, so nothing is left to recommend; "
            "give a larger catalogue, or hold a part of the log out",
            dataset=dataset.name,
            items=dataset.n_items,
        )
