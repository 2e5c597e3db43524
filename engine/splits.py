"""Splits: which interactions a model may learn from, and which it is measured by.

Within a user the log is ordered by time, ties in input order; every split keeps that order, for
an unstable sort changes a quarter of the last-one targets on MovieLens. The training part
keeps all users and the whole catalogue, so that row numbers mean the same on both sides.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import polars as pl
from numpy.typing import NDArray

from engine.dataset import Dataset
from engine.errors import OptionError

__all__ = [
    "SPLITS",
    "Split",
    "Splitter",
    "check_share",
    "cut",
    "leave_last_one",
    "random_mask",
    "random_ratio",
    "temporal",
]


@dataclass(frozen=True, eq=False)
class Split:
    """Two parts of one log, or three.

    Attributes
    ----------
    train
        The data set with only the interactions a model may see.
    held_out
        The other interactions, in the order and with the columns of the log.
    validation
        Interactions for tuning that are in neither part; their items are not listed. None where
        there are none.
    """

    train: Dataset
    held_out: pl.DataFrame
    validation: pl.DataFrame | None = None


class Splitter(Protocol):
    """A split as the command line calls it."""

    def __call__(self, dataset: Dataset, *, test_share: float, rng: np.random.Generator) -> Split:
        """Cut the data set; a split that needs no share or no draw ignores it."""
        ...


def random_ratio(dataset: Dataset, *, test_share: float, rng: np.random.Generator) -> Split:
    """Hold out a share of every user's interactions, drawn evenly.

    A user with m interactions gives up round(test_share × m) of them (halves to even), but
    keeps at least one. With a share of 0.25 this is the 75/25 protocol of Microsoft Recommenders.

    Raises
    ------
    OptionError
        The share is not between 0 and 1.

    Examples
    --------
    >>> from engine.dataset import make_dataset
    >>> log = pl.DataFrame({"user_id": ["u"] * 4, "item_id": ["a", "b", "c", "d"]})
    >>> split = random_ratio(make_dataset("one", log), test_share=0.25, rng=np.random.default_rng())
    >>> split.held_out.height
    1
    """
    return cut(dataset, random_mask(dataset, test_share=test_share, rng=rng))


def random_mask(
    dataset: Dataset, *, test_share: float, rng: np.random.Generator
) -> NDArray[np.bool_]:
    """Return which interactions `random_ratio` holds out, in the order of the log.

    Raises
    ------
    OptionError
        The share is not between 0 and 1.
    """
    check_share(test_share)
    histories = dataset.histories
    lengths = histories.lengths
    quota = np.minimum(np.rint(test_share * lengths).astype(np.int64), np.maximum(lengths - 1, 0))
    draw = np.lexsort((rng.random(len(histories.items)), histories.rows))
    place = np.empty(len(draw), dtype=np.int64)
    place[draw] = np.arange(len(draw)) - histories.indptr[histories.rows]
    held_out: NDArray[np.bool_] = place < quota[histories.rows]
    return held_out


def temporal(dataset: Dataset, *, test_share: float) -> Split:
    """Hold out the latest share of the whole log: one moment for all users, as in production.

    Interactions at the very moment of the cut stay in the training part, so that ties are never
    torn; the held-out share is therefore at most ``test_share``, rounded. Users who came after the
    cut have an empty history in the training part.

    Raises
    ------
    OptionError
        The share is not between 0 and 1, or too many timestamps are equal to cut there.
    """
    check_share(test_share)
    moments = dataset.interactions["timestamp"].to_numpy()
    last = max(len(moments) - round(test_share * len(moments)), 1) - 1
    late = moments > np.partition(moments, last)[last]
    if not late.any():
        raise OptionError(
            "{dataset} cannot be cut by time at a share of {share}: nothing is later than the cut. "
            "Choose a larger share, or the random split",
            dataset=dataset.name,
            share=test_share,
        )
    return cut(dataset, late)


def leave_last_one(dataset: Dataset) -> Split:
    """Hold out each user's latest interaction; of equal timestamps, the later row of the input.

    Users with a single interaction keep it.
    """
    histories = dataset.histories
    last = np.zeros(len(histories.items), dtype=bool)
    last[histories.indptr[1:][histories.lengths > 1] - 1] = True
    return cut(dataset, last)


def check_share(test_share: float) -> None:
    """Raise `OptionError` where a share is not between 0 and 1."""
    if not 0 < test_share < 1:
        raise OptionError(
            "the test share is {share}; give a number between 0 and 1", share=test_share
        )


def cut(dataset: Dataset, held_out: NDArray[np.bool_]) -> Split:
    """Hold out the interactions that a mask names, in the order of the log."""
    mask = pl.Series(held_out)
    return Split(
        dataset.with_interactions(dataset.interactions.filter(~mask)),
        dataset.interactions.filter(mask),
    )


SPLITS: Mapping[str, Splitter] = {
    "random": random_ratio,
    "temporal": lambda dataset, *, test_share, rng: temporal(dataset, test_share=test_share),
    "leave-last-one": lambda dataset, *, test_share, rng: leave_last_one(dataset),
}
