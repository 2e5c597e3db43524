"""Batches of histories: the only thing a model ever sees of a person."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import polars as pl
from numpy.typing import NDArray

from engine.errors import TableError

if TYPE_CHECKING:
    from scipy import sparse

__all__ = ["Histories"]


@dataclass(frozen=True, eq=False)
class Histories:
    """B ordered, weighted item lists over a catalogue of I items (CSR that keeps the order).

    Attributes
    ----------
    indptr
        (B + 1,) where each list begins in ``items``.
    items
        (nnz,) item rows, oldest first within a list; no item twice in a list.
    weights
        (nnz,) weight of each entry (a rating, or 1).
    n_items
        I, the size of the catalogue.
    attributes
        Optional frame of B rows with user attributes.
    context
        Optional frame of B rows: last_at, when the latest entry was made, and asked_at, when a
        list is asked for; whole seconds since 1970, missing where nobody knows. Entries that
        are taken out or added later change neither.

    Examples
    --------
    >>> two = Histories.from_lists([[0, 2], []], n_items=3)
    >>> two.matrix().toarray().tolist()
    [[1.0, 0.0, 1.0], [0.0, 0.0, 0.0]]
    """

    indptr: NDArray[np.int64]
    items: NDArray[np.int32]
    weights: NDArray[np.float32]
    n_items: int
    attributes: pl.DataFrame | None = None
    context: pl.DataFrame | None = None

    def __post_init__(self) -> None:
        if not self.indptr[-1] == len(self.items) == len(self.weights):
            raise TableError(
                "histories of {length} entries hold {items} items but {weights} weights; give one "
                "weight an item",
                length=self.indptr[-1],
                items=len(self.items),
                weights=len(self.weights),
            )
        if len(self.items) and (self.items.min() < 0 or self.items.max() >= self.n_items):
            raise TableError(
                "a history names an item row outside the catalogue of {n_items} items; "
                "use rows 0 to {last}",
                n_items=self.n_items,
                last=self.n_items - 1,
            )
        if not np.isfinite(self.weights).all():
            raise TableError("a history holds a weight that is not finite; mend or drop it")

    @staticmethod
    def from_lists(
        lists: Sequence[Sequence[int]],
        *,
        n_items: int,
        weights: Sequence[Sequence[float]] | None = None,
    ) -> Histories:
        """Build from one list of item rows a person, oldest first; weights default to 1."""
        lengths = [len(items) for items in lists]
        if any(len(set(items)) < len(items) for items in lists):
            raise TableError("a history names an item row twice; name each item once")
        flat = np.array([item for items in lists for item in items], dtype=np.int32)
        if weights is None:
            values = np.ones(len(flat), dtype=np.float32)
        else:
            values = np.array([w for row in weights for w in row], dtype=np.float32)
        return Histories(_pointers(np.array(lengths)), flat, values, n_items)

    @staticmethod
    def empty(n: int, *, n_items: int) -> Histories:
        """N people nobody knows anything about: cold start, and the option not to be profiled."""
        return Histories.from_lists([[]] * n, n_items=n_items)

    def __len__(self) -> int:
        return len(self.indptr) - 1

    @cached_property
    def lengths(self) -> NDArray[np.int64]:
        """(B,) how many items each list holds."""
        return np.diff(self.indptr)

    @cached_property
    def rows(self) -> NDArray[np.int64]:
        """(nnz,) the list each entry belongs to."""
        return np.repeat(np.arange(len(self)), self.lengths)

    def items_of(self, row: int) -> NDArray[np.int32]:
        """Return the item rows of one list, oldest first."""
        return self.items[self.indptr[row] : self.indptr[row + 1]]

    def weights_of(self, row: int) -> NDArray[np.float32]:
        """Return the weights of one list, in the order of `items_of`."""
        return self.weights[self.indptr[row] : self.indptr[row + 1]]

    def matrix(self) -> sparse.csr_array:
        """(B, I) float32 sparse matrix of weights; the order within a list is lost."""
        # SciPy is a twentieth of a first page's time, and what is kept is shown without it.
        from scipy import sparse

        return sparse.csr_array(
            (self.weights, self.items, self.indptr), shape=(len(self), self.n_items)
        )

    def seen(self) -> NDArray[np.bool_]:
        """(B, I) true where the item is in the history."""
        mask = np.zeros((len(self), self.n_items), dtype=bool)
        mask[self.rows, self.items] = True
        return mask

    def take(self, rows: Sequence[int] | NDArray[np.integer]) -> Histories:
        """Return the named lists, in that order."""
        index = np.asarray(rows, dtype=np.int64)
        lengths = self.lengths[index]
        indptr = _pointers(lengths)
        source = np.repeat(self.indptr[index] - indptr[:-1], lengths) + np.arange(indptr[-1])
        places = index.tolist()
        attributes, context = (
            frame if frame is None else frame[places] for frame in (self.attributes, self.context)
        )
        return Histories(
            indptr, self.items[source], self.weights[source], self.n_items, attributes, context
        )

    def asked_at(self, seconds: int) -> Histories:
        """Return the same histories with lists asked for at one moment (seconds since 1970)."""
        context = self.context
        if context is None:
            context = pl.DataFrame({"last_at": [None] * len(self)}, schema={"last_at": pl.Int64})
        moment = pl.lit(seconds, dtype=pl.Int64).alias("asked_at")
        return replace(self, context=context.with_columns(moment))

    def keep(self, mask: NDArray[np.bool_]) -> Histories:
        """Drop the entries where ``mask`` (nnz,) is false."""
        lengths = np.bincount(self.rows[mask], minlength=len(self))
        return replace(
            self, indptr=_pointers(lengths), items=self.items[mask], weights=self.weights[mask]
        )

    def append(
        self, rows: NDArray[np.integer], items: NDArray[np.integer], *, weight: float = 1.0
    ) -> Histories:
        """Add new entries at the end of the named lists, in the order given."""
        order = np.argsort(rows, kind="stable")
        # A new entry stands behind all of its own list and all new ones of the lists before.
        places = self.indptr[1:][rows[order]] + np.arange(len(rows))
        old = np.ones(len(self.items) + len(rows), dtype=bool)
        old[places] = False
        all_items = np.empty(len(old), dtype=np.int32)
        all_items[old], all_items[places] = self.items, items[order]
        all_weights = np.full(len(old), weight, dtype=np.float32)
        all_weights[old] = self.weights
        added = _pointers(np.bincount(rows, minlength=len(self)))
        return replace(self, indptr=self.indptr + added, items=all_items, weights=all_weights)


def _pointers(lengths: NDArray[np.integer]) -> NDArray[np.int64]:
    return np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64)
