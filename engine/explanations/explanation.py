"""What an explanation is: signed shares of one score that add up to it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

__all__ = ["Explanation", "Method"]

Method = Literal["exact", "leave-one-out"]


@dataclass(frozen=True, eq=False)
class Explanation:
    """Why one item got its score from one history.

    Law: score = base_value + Σ contributions + residual.

    Attributes
    ----------
    method
        How the contributions were found. "exact": the Shapley values, in closed form.
        "leave-one-out": what the score loses when one item alone is taken away.
    game
        Who plays. "history": the players are the history items, an absent one is taken out of
        the history, and the unit is the model's own score.
    target
        Row of the explained item.
    base_value
        The target's score for the empty history.
    score
        The target's score for the whole history.
    players
        (P,) item rows of the history, oldest first.
    contributions
        (P,) each player's part, in the unit of the score; negative ones spoke against.
    standard_errors
        (P,) of sampled contributions; None where nothing was sampled.
    evaluations
        Histories the model scored; shared by all targets explained in one call.
    """

    method: Method
    game: Literal["history"]
    target: int
    base_value: float
    score: float
    players: NDArray[np.int32]
    contributions: NDArray[np.float64]
    standard_errors: NDArray[np.float64] | None
    evaluations: int

    @property
    def residual(self) -> float:
        """What belongs to no single player.

        The rounding of the model's float32 for "exact", the joint effect of several items for
        "leave-one-out".
        """
        return self.score - self.base_value - float(self.contributions.sum())
