"""How people choose from a list: by place and by taste, and sometimes not at all."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.errors import OptionError
from engine.simulation.tastes import Tastes

__all__ = ["UserBehaviour", "choose"]


@dataclass(frozen=True)
class UserBehaviour:
    """How everyone in a simulation reads a list.

    Attributes
    ----------
    picks
        The most anyone takes from one list, at least 1. Two is the smallest number at which a
        single round already says how varied one person's choices are.
    outside
        Weight of leaving, 0 or more, where an item of average appeal in the first place weighs 1.
        The places of a list of ten weigh 4.5 together, so that at 4.5 a list of ten average
        items is left untouched half the time.
    place_bias
        Strength of the attention to places, 0 or more: place r weighs
        (1 / log2(1 + r)) ** place_bias. 1 is the discount the accuracy measures use, 0 is a
        reader who sees every place alike.

    Raises
    ------
    OptionError
        A value is outside its range.
    """

    picks: int = 2
    outside: float = 4.5
    place_bias: float = 1.0

    def __post_init__(self) -> None:
        if self.picks < 1:
            raise OptionError("picks is {picks}; give a number from 1", picks=self.picks)
        if not (0 <= self.outside < np.inf and 0 <= self.place_bias < np.inf):
            raise OptionError(
                "outside is {outside} and place_bias is {place_bias}; give numbers from 0",
                outside=self.outside,
                place_bias=self.place_bias,
            )


def choose(
    items: NDArray[np.integer],
    tastes: Tastes,
    *,
    behaviour: UserBehaviour,
    rng: np.random.Generator,
) -> NDArray[np.bool_]:
    """Let everyone choose from the list in front of them.

    One after another, and without putting anything back, a person takes item i in place r with
    chance proportional to place weight × exp(utility), and stops at the first draw of the outside
    option or after `picks` items (a multinomial logit, drawn by Gumbel noise). People see items
    and places, never a score or a propensity.

    Parameters
    ----------
    items
        (U, n) item rows in the order shown, -1 where a list is short.
    tastes
        The tastes of the same U people.
    behaviour
        How they read a list.
    rng
        The same generator state gives each person the same luck with each item of the catalogue,
        whatever list she is shown (common random numbers).

    Returns
    -------
    (U, n) true where the item was chosen.
    """
    luck = rng.gumbel(size=(len(items), tastes.utilities.shape[1] + 1))
    appeal = tastes.utilities + luck[:, :-1]
    places = np.log2(2 + np.arange(items.shape[1]))
    pull = np.take_along_axis(appeal, np.maximum(items, 0), axis=1)
    pull = np.where(items >= 0, pull - behaviour.place_bias * np.log(places), -np.inf)
    with np.errstate(divide="ignore"):
        leaving = np.log(behaviour.outside) + luck[:, -1]
    best = np.argsort(-pull, axis=1, kind="stable")[:, : behaviour.picks]
    chosen = np.zeros(items.shape, dtype=bool)
    np.put_along_axis(chosen, best, True, axis=1)
    chosen &= pull > leaving[:, None]
    return chosen
