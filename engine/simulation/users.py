"""How people choose from a list: by place and by taste, and sometimes not at all."""

from __future__ import annotations

from dataclasses import dataclass
from math import log
from typing import Literal, get_args

import numpy as np
from numpy.typing import NDArray

from engine.errors import OptionError
from engine.simulation.luck import Luck

__all__ = ["UserBehaviour", "choose"]


Visits = Literal["even", "logged"]


@dataclass(frozen=True)
class UserBehaviour:
    """How everyone in a simulation reads a list, and what that does to her.

    A log of choices says how much people take (`visits`) and, with doubts, how tastes follow
    choices (`engine.simulation.drift.fit_drift`). It says nothing of lists that were left
    untouched, so the other values are assumptions, named here so that they can be changed.

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
    adoption
        Chance, from 0 to 1, that a person looks at the recommender's list in a round; else she
        searches by herself. 1: everyone follows the recommender.
    drift
        From 0 to 1: how far tastes move towards what was chosen in a round
        (`engine.simulation.tastes.Tastes.drifted`). 0: tastes stay.
    visits
        "even": everyone comes to every round. "logged": a person comes with chance
        min(1, length / L), where length is that of her history before the first round and L the
        90th percentile of all lengths, so that who took much takes much.
    boredom
        A person leaves for good once her last ``boredom`` choices all share a category, from 2;
        0: nobody does.

    Raises
    ------
    OptionError
        A value is outside its range.
    """

    picks: int = 2
    outside: float = 4.5
    place_bias: float = 1.0
    adoption: float = 1.0
    drift: float = 0.0
    visits: Visits = "even"
    boredom: int = 0

    def __post_init__(self) -> None:
        if self.picks < 1:
            raise OptionError("picks is {picks}; give a number from 1", picks=self.picks)
        if not (0 <= self.outside < np.inf and 0 <= self.place_bias < np.inf):
            raise OptionError(
                "outside is {outside} and place_bias is {place_bias}; give numbers from 0",
                outside=self.outside,
                place_bias=self.place_bias,
            )
        if not (0 <= self.adoption <= 1 and 0 <= self.drift <= 1):
            raise OptionError(
                "adoption is {adoption} and drift is {drift}; give numbers from 0 to 1",
                adoption=self.adoption,
                drift=self.drift,
            )
        if self.visits not in get_args(Visits):
            raise OptionError(
                "visits is {visits}; choose one of {names}",
                visits=self.visits,
                names=", ".join(get_args(Visits)),
            )
        if self.boredom < 0 or self.boredom == 1:
            raise OptionError(
                "boredom is {boredom}; give 0 (nobody leaves) or a number from 2",
                boredom=self.boredom,
            )


def choose(
    items: NDArray[np.integer],
    utilities: NDArray[np.float64],
    *,
    behaviour: UserBehaviour,
    luck: Luck,
) -> NDArray[np.bool_]:
    """Let everyone choose from the list in front of them.

    One after another, and without putting anything back, a person takes item i in place r with
    chance proportional to place weight × appeal, and stops at the first draw of the outside
    option or after `picks` items (a multinomial logit, drawn by Gumbel noise). People see items
    and places, never a score or a propensity.

    Parameters
    ----------
    items
        (U, n) item rows in the order shown, -1 where a list is short.
    utilities
        (U, n) logarithm of the appeal of each item to the person it is shown to.
    behaviour
        How they read a list.
    luck
        The same luck gives each person the same noise with each item of the catalogue, whatever
        list she is shown (common random numbers).

    Returns
    -------
    (U, n) true where the item was chosen.
    """
    discount = behaviour.place_bias * np.log(np.log2(2 + np.arange(items.shape[1])))
    # Leaving is one more item, in front of the first; a missing one is that too, and never taken.
    options = np.zeros((len(items), items.shape[1] + 1), dtype=np.int64)
    options[:, 1:] = items + 1
    noise = luck.gumbel(np.arange(len(items))[:, None], options)
    leaving = (log(behaviour.outside) if behaviour.outside else -np.inf) + noise[:, :1]
    pull = utilities - discount + noise[:, 1:]
    pull[items < 0] = -np.inf
    chosen: NDArray[np.bool_] = pull > leaving
    beyond = items.shape[1] - behaviour.picks
    if beyond > 0:
        # No two draws of noise are equal, so as many lie above the bound as may be taken.
        chosen &= pull > np.partition(pull, beyond - 1, axis=1)[:, [beyond - 1]]
    return chosen
