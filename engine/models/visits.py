"""A log cut into visits: what one person chose in one moment of one kind."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.dataset import Dataset
from engine.models.fields import CONTEXT, Fields, context_values

__all__ = ["Visits", "find_visits"]


@dataclass(frozen=True, eq=False)
class Visits:
    """V visits of B people, in the order of the people.

    Attributes
    ----------
    people
        (V,) whose visit it is, as a row of the histories.
    codes
        (V, F) each field's value in that visit, as `Fields.encode` numbers it.
    entries
        (nnz,) the visit each history entry belongs to, in the order of the entries.
    indptr
        (B + 1,) where each person's entries begin.
    """

    people: NDArray[np.int64]
    codes: NDArray[np.int64]
    entries: NDArray[np.int64]
    indptr: NDArray[np.int64]

    def take(self, rows: NDArray[np.integer]) -> Visits:
        """Return the visits of the named people, in that order, numbered afresh."""
        first, last = (np.searchsorted(self.people, rows, side=side) for side in ("left", "right"))
        visits, starts = _ranges(first, last)
        entries, indptr = _ranges(self.indptr[rows], self.indptr[rows + 1])
        shift = np.repeat(starts[:-1] - first, np.diff(indptr))
        people = np.repeat(np.arange(len(rows)), last - first)
        return Visits(people, self.codes[visits], self.entries[entries] + shift, indptr)


def find_visits(dataset: Dataset, fields: Fields) -> Visits:
    """Cut every history where a field of the context changes.

    Recency is the time since the entry before; the first of a history has none.
    """
    histories = dataset.histories
    moments = dataset.interactions["timestamp"].to_numpy().astype(np.float64)
    before = np.concatenate([[np.nan], moments[:-1]])
    before[histories.indptr[:-1][histories.lengths > 0]] = np.nan
    context = context_values(moments, before[: len(moments)])
    codes = fields.encode(histories)[histories.rows]
    for column, name in enumerate(fields.names):
        if name in CONTEXT:
            known = context[name] >= 0
            codes[:, column] = np.where(known, context[name] + fields.offset(name), -1)
    keys = np.column_stack([histories.rows, codes])
    found, entries = np.unique(keys, axis=0, return_inverse=True)
    return Visits(found[:, 0], found[:, 1:], entries.reshape(-1), histories.indptr)


def _ranges(
    first: NDArray[np.integer], last: NDArray[np.integer]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the numbers of all ranges one after another, and where each range begins there."""
    lengths = np.asarray(last) - np.asarray(first)
    starts = np.concatenate([[0], np.cumsum(lengths)])
    numbers = np.arange(starts[-1]) + np.repeat(first - starts[:-1], lengths)
    return numbers, starts
