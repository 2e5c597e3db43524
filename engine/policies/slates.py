"""Lists with the chance of every place, and what became of the model's own order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from engine.ranking import top_n

__all__ = [
    "Slates",
    "compared_slates",
    "explored_places",
    "join_slates",
    "make_slates",
    "own_lists",
]


@dataclass(frozen=True, eq=False)
class Slates:
    """B lists of up to n items.

    Attributes
    ----------
    items
        (B, n) item rows, best place first; -1 pads short lists, at the end.
    scores
        (B, n) the model's scores of those items; NaN where padded.
    propensities
        (B, n) exact chance that the policy put this item in this place given the places above
        it, in (0, 1]; NaN where padded. The chance of the whole list is the product.
    explored
        (B, n) true where the item is not the best one left by score: the model alone would
        have put another item in this place.
    """

    items: NDArray[np.int32]
    scores: NDArray[np.float32]
    propensities: NDArray[np.float64]
    explored: NDArray[np.bool_]

    @property
    def by_chance(self) -> NDArray[np.bool_]:
        """(B, n) true where the item is not the best one left, and could have been another."""
        return self.explored & (self.propensities < 1)

    def take(self, rows: Sequence[int]) -> Slates:
        """Return the named lists, in that order."""
        index = np.asarray(rows, dtype=np.int64)
        return Slates(
            self.items[index],
            self.scores[index],
            self.propensities[index],
            self.explored[index],
        )

    def to_table(self, user_ids: Sequence[str], item_ids: Sequence[str]) -> pl.DataFrame:
        """Return the recommendations table: user_id, item_id, rank from 1, score, propensity."""
        rows, places = np.nonzero(self.items >= 0)
        return pl.DataFrame(
            {
                "user_id": np.asarray(user_ids, dtype=object)[rows].tolist(),
                "item_id": np.asarray(item_ids, dtype=object)[self.items[rows, places]].tolist(),
                "rank": places + 1,
                "score": self.scores[rows, places].astype(np.float64),
                "propensity": self.propensities[rows, places],
            },
            schema={
                "user_id": pl.String,
                "item_id": pl.String,
                "rank": pl.Int64,
                "score": pl.Float64,
                "propensity": pl.Float64,
            },
        )


def make_slates(
    items: NDArray[np.int32],
    scores: NDArray[np.floating],
    *,
    propensities: NDArray[np.float64],
    explored: NDArray[np.bool_],
) -> Slates:
    """Look the (B, n) items up in the (B, I) scores; NaN where the list is padded."""
    padded = items < 0
    shown = scores[np.arange(len(items))[:, None], items].astype(np.float32)
    if not padded.any():
        return Slates(items, shown, propensities, explored)
    shown[padded] = np.nan
    return Slates(items, shown, np.where(padded, np.nan, propensities), explored & ~padded)


def compared_slates(
    items: NDArray[np.int32],
    scores: NDArray[np.floating],
    eligible: NDArray[np.bool_],
    *,
    propensities: NDArray[np.float64],
) -> Slates:
    """`make_slates`, where what was explored shows by comparison with the scores alone."""
    explored = explored_places(items, scores, eligible)
    return make_slates(items, scores, propensities=propensities, explored=explored)


def explored_places(
    items: NDArray[np.int32], scores: NDArray[np.floating], eligible: NDArray[np.bool_]
) -> NDArray[np.bool_]:
    """(B, n) true where a list does not put the best eligible item left; ties: lower item row.

    Examples
    --------
    >>> scores = np.array([[3.0, 2.0, 1.0]])
    >>> explored_places(np.array([[1, 0, 2]], dtype=np.int32), scores, scores > 0).tolist()
    [[True, False, False]]
    """
    # No place looks past the first n: at most n - 1 items stand above it.
    by_score = top_n(scores, eligible, n=items.shape[1])
    explored = np.zeros(items.shape, dtype=bool)
    rows = np.arange(len(items))
    for place in range(items.shape[1]):
        item = items[:, place]
        explored[:, place] = item != by_score[rows, np.argmax(by_score >= 0, axis=1)]
        by_score[by_score == item[:, None]] = -1
    return explored & (items >= 0)


def own_lists(scores: NDArray[np.floating], eligible: NDArray[np.bool_], *, n: int) -> Slates:
    """Return the model's own lists: the n best eligible items, with chance 1."""
    items = top_n(scores, eligible, n=n)
    return make_slates(
        items,
        scores,
        propensities=np.ones(items.shape),
        explored=np.zeros(items.shape, dtype=bool),
    )


def join_slates(blocks: Sequence[Slates]) -> Slates:
    """Put the lists of several batches below one another."""
    if len(blocks) == 1:
        return blocks[0]
    return Slates(
        np.concatenate([block.items for block in blocks]),
        np.concatenate([block.scores for block in blocks]),
        np.concatenate([block.propensities for block in blocks]),
        np.concatenate([block.explored for block in blocks]),
    )
