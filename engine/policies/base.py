"""What a policy is: from scores to slates, with the chance of every choice it made."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import polars as pl
from numpy.typing import NDArray

from engine.errors import OptionError

__all__ = ["Policy", "Slates", "join_slates", "make_slates"]


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
    shown = np.take_along_axis(scores, items, axis=1).astype(np.float32)
    shown[padded] = np.nan
    return Slates(items, shown, np.where(padded, np.nan, propensities), explored & ~padded)


def join_slates(blocks: Sequence[Slates]) -> Slates:
    """Put the lists of several batches below one another."""
    return Slates(
        np.concatenate([block.items for block in blocks]),
        np.concatenate([block.scores for block in blocks]),
        np.concatenate([block.propensities for block in blocks]),
        np.concatenate([block.explored for block in blocks]),
    )


class Policy(ABC):
    """A policy; the public `choose` checks, a policy writes `_choose`.

    ``stochastic`` says whether `rate` means anything: a deterministic policy takes rate 0 only.
    """

    name: ClassVar[str]
    stochastic: ClassVar[bool]

    def choose(
        self,
        scores: NDArray[np.floating],
        eligible: NDArray[np.bool_],
        *,
        n: int,
        rate: float,
        rng: np.random.Generator,
    ) -> Slates:
        """Choose n items for each row.

        Parameters
        ----------
        scores
            (B, I) finite scores.
        eligible
            (B, I) true where the item may be shown.
        n
            List length, from 1 to I.
        rate
            The exploration rate in [0, 1]; 0 is the model's own list.
        rng
            The same generator state gives common random numbers over rates: a larger rate
            changes only the places it turns to exploration. It is drawn from row by row: two
            batches one after the other get the draws of the two in one.

        Raises
        ------
        OptionError
            n or rate outside its range, scores that are not finite, or a rate above 0 for a
            policy that does not explore.
        """
        self._check(scores, n=n, rate=rate)
        return self._choose(scores, eligible, n=n, rate=rate, rng=rng)

    def check_rate(self, rate: float) -> None:
        """Raise OptionError unless the policy can take this exploration rate."""
        if not 0 <= rate <= 1:
            raise OptionError(
                "the exploration rate is {rate}; give a number from 0 to 1", rate=rate
            )
        if rate > 0 and not self.stochastic:
            raise OptionError(
                "the policy {policy} does not explore; use rate 0, or another policy",
                policy=self.name,
            )

    def _check(self, scores: NDArray[np.floating], *, n: int, rate: float) -> None:
        self.check_rate(rate)
        if not 1 <= n <= scores.shape[1]:
            raise OptionError(
                "n is {n}, but the catalogue holds {items} items; give a number from 1 to {items}",
                n=n,
                items=scores.shape[1],
            )
        if not np.isfinite(scores).all():
            raise OptionError("the model gave a score that is not finite; refit or mend the model")

    @abstractmethod
    def _choose(
        self,
        scores: NDArray[np.floating],
        eligible: NDArray[np.bool_],
        *,
        n: int,
        rate: float,
        rng: np.random.Generator,
    ) -> Slates: ...
