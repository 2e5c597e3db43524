"""What a data set holds and how it is skewed, in numbers."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.dataset import Dataset

__all__ = ["Datasheet", "make_datasheet", "share_of_most"]

FEW = 5


@dataclass(frozen=True)
class Datasheet:
    """Counts and skews of one data set.

    Attributes
    ----------
    n_users, n_items, n_interactions
        Rows of the tables; an item of the catalogue counts whether or not anybody had it.
    density
        Interactions over users times items, in [0, 1].
    first_at, last_at
        Seconds since 1970 of the first and the last interaction; None where the log has no clock,
        which is taken from times that are nothing but the order of the rows.
    shortest, median, longest
        Length of the histories.
    most_1, most_10, most_20
        Share of the interactions that fall on the most popular 1, 10 and 20% of the items.
    rare, unseen
        Items with fewer than five interactions, and with none.
    gini
        Gini index of the interactions over items, in [0, 1]; 0 is evenly spread.
    """

    n_users: int
    n_items: int
    n_interactions: int
    density: float
    first_at: int | None
    last_at: int | None
    shortest: int
    median: float
    longest: int
    most_1: float
    most_10: float
    most_20: float
    rare: int
    unseen: int
    gini: float


def make_datasheet(dataset: Dataset) -> Datasheet:
    """Count what the data set holds."""
    lengths = np.diff(dataset.histories.indptr)
    counts = np.bincount(dataset.histories.items, minlength=dataset.n_items)
    n = int(counts.sum())
    first, last = _period(dataset)
    return Datasheet(
        n_users=dataset.n_users,
        n_items=dataset.n_items,
        n_interactions=n,
        density=n / (dataset.n_users * dataset.n_items),
        first_at=first,
        last_at=last,
        shortest=int(lengths.min()),
        median=float(np.median(lengths)),
        longest=int(lengths.max()),
        most_1=share_of_most(counts, 0.01),
        most_10=share_of_most(counts, 0.1),
        most_20=share_of_most(counts, 0.2),
        rare=int((counts < FEW).sum()),
        unseen=int((counts == 0).sum()),
        gini=_gini(counts),
    )


def share_of_most(counts: NDArray[np.int64], part: float) -> float:
    """Return the share of the whole that the largest part of the counts has, at least one.

    Examples
    --------
    >>> share_of_most(np.array([6, 1, 1, 1, 1]), 0.2)
    0.6
    """
    first = max(round(part * len(counts)), 1)
    return float(np.sort(counts)[::-1][:first].sum() / max(counts.sum(), 1))


def _gini(counts: NDArray[np.int64]) -> float:
    ordered = np.sort(counts).astype(np.float64)
    n, total = len(ordered), ordered.sum()
    if total == 0:
        return 0.0
    return float((2 * np.arange(1, n + 1) - n - 1) @ ordered / (n * total))


def _period(dataset: Dataset) -> tuple[int | None, int | None]:
    times = dataset.interactions["timestamp"].to_numpy()
    first, last = int(times.min()), int(times.max())
    # Times that `make_dataset` made up count the rows: they are fewer seconds than there are rows.
    return (None, None) if last <= len(times) else (first, last)
