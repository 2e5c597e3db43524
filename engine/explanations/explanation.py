"""What an explanation is: signed shares of one score that add up to it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from scipy.special import stdtrit

from engine.explanations.groups import Group

__all__ = ["FIRST", "Explanation", "GameName", "Method"]

Method = Literal[
    "exact", "enumeration", "leave-one-out", "permutation", "shap", "lime", "masked-lime"
]
GameName = Literal["history", "attributes", "margin"]
# So many contributions are what a reason is read by.
FIRST = 5
_CONFIDENCE = 0.95


@dataclass(frozen=True, eq=False)
class Explanation:
    """Why one item got its score from one history.

    Law: score = base_value + Σ contributions + residual.

    Attributes
    ----------
    method
        How the contributions were found. "exact": the Shapley values, in closed form.
        "enumeration": the Shapley values, from every subset. "permutation" and "shap": sampled
        Shapley values, by our own and by the library's sampler. "leave-one-out": what the score
        loses when one item alone is taken away. "masked-lime" and "lime": weights of a local
        linear fit, our own and the library's; they need not add up.
    game
        Who plays, and for what. "history": the players are the history items, an absent one is
        taken out of the history. "margin": the same players, for the score above the mean score
        of the competitors. "attributes": the players are groups; see `engine.explanations.groups`.
        The unit is always a point of the model's own raw score.
    target
        Row of the explained item.
    base_value
        The value without any player: of the empty history, and in the attribute game that of an
        average item for nobody in particular.
    score
        The value with all players.
    players
        (P,) item rows of the history, oldest first; in the attribute game places in ``groups``.
    contributions
        (P,) each player's part, in the unit of the score; negative ones spoke against.
    standard_errors
        (P,) of sampled contributions, NaN where one draw leaves none; None where nothing was
        sampled, or the method gives none.
    draws
        Independent draws behind each standard error; None where there are none.
    evaluations
        Histories the model scored; shared by all targets explained in one call.
    competitors
        Item rows the target is held against in the margin game.
    groups
        The players of the attribute game.
    fit
        Weighted R² of a local linear fit on masks it was not fitted on, at most 1; NaN where all
        values are alike; None where nothing was fitted.
    told_apart
        Whether the five largest contributions are above all others, by a 95% interval of the
        difference across that border; None where nothing was sampled, or the method cannot say.
    """

    method: Method
    game: GameName
    target: int
    base_value: float
    score: float
    players: NDArray[np.int32]
    contributions: NDArray[np.float64]
    standard_errors: NDArray[np.float64] | None
    evaluations: int
    competitors: tuple[int, ...] = ()
    groups: tuple[Group, ...] = ()
    fit: float | None = None
    draws: int | None = None
    told_apart: bool | None = None

    @property
    def residual(self) -> float:
        """What belongs to no single player.

        The rounding of the model's float32 where contributions are Shapley values, the joint
        effect of several items for "leave-one-out", what the fit leaves over for LIME.
        """
        return self.score - self.base_value - float(self.contributions.sum())

    @property
    def additivity_error(self) -> float:
        """|residual| as a share of |score - base_value|; 0 where both are nothing."""
        apart = abs(self.score - self.base_value)
        return abs(self.residual) / apart if apart else float(self.residual != 0)

    @property
    def order(self) -> NDArray[np.int64]:
        """(P,) places in ``players``, what spoke most for the item first; ties in their order."""
        return np.argsort(-self.contributions, kind="stable")

    @property
    def half_widths(self) -> NDArray[np.float64] | None:
        """(P,) half of a 95% interval by Student's t; NaN where unknown, None where not sampled.

        Few draws know their own spread badly: with ten the interval is 15% wider than a normal one.
        """
        if self.standard_errors is None:
            return None
        freedom = np.inf if self.draws is None else max(self.draws - 1, 1)
        return np.asarray(stdtrit(freedom, (1 + _CONFIDENCE) / 2) * self.standard_errors)

    @property
    def is_unsure(self) -> NDArray[np.bool_]:
        """(P,) true where the 95% interval of a sampled contribution covers 0, or is unknown."""
        if self.half_widths is None:
            return np.zeros(len(self.players), dtype=bool)
        return ~(np.abs(self.contributions) > self.half_widths)
