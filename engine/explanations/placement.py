"""Why an item stands in its place: the model's score, a draw, or a policy's rule."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from engine.errors import OptionError
from engine.policies.slates import Slates
from engine.ranking import top_n

__all__ = ["Placement", "explain_place"]


@dataclass(frozen=True)
class Placement:
    """What put one item in one place of one list.

    Attributes
    ----------
    item, rank
        What stands where, from 1.
    cause
        "score": the model alone would have put it there. "chance": a draw decided, and the reasons
        of the score are not why it is there. "rule": the policy's own rule decided.
    propensity
        Chance that the policy put it there, given the places above.
    own_rank
        Its place by score alone, from 1.
    own_choice
        The item the model alone would have put there.
    lag
        Score of that item above this one's; 0 where they are the same.
    """

    item: int
    rank: int
    cause: Literal["score", "chance", "rule"]
    propensity: float
    own_rank: int
    own_choice: int
    lag: float


def explain_place(
    slates: Slates, scores: NDArray[np.floating], eligible: NDArray[np.bool_], *, place: int
) -> Placement:
    """Tell the score from the draw for one place.

    Parameters
    ----------
    slates
        One list.
    scores, eligible
        (1, I) what it was chosen from.
    place
        From 0.

    Raises
    ------
    OptionError
        There is nothing in that place.
    """
    listed = slates.items[0][slates.items[0] >= 0]
    if not 0 <= place < len(listed):
        raise OptionError(
            "the list has {count} items, so nothing stands in place {place}; give a place from 1 "
            "to {count}",
            count=len(listed),
            place=place + 1,
        )
    item = int(listed[place])
    left = eligible.copy()
    left[0, listed[:place]] = False
    own_choice = int(top_n(scores, left, n=1)[0, 0])
    own = scores[0, item]
    before = scores[0] > own
    before[:item] |= scores[0, :item] == own
    explored, by_chance = bool(slates.explored[0, place]), bool(slates.by_chance[0, place])
    return Placement(
        item=item,
        rank=place + 1,
        cause="chance" if by_chance else "rule" if explored else "score",
        propensity=float(slates.propensities[0, place]),
        own_rank=1 + int((before & eligible[0]).sum()),
        own_choice=own_choice,
        lag=float(scores[0, own_choice] - own),
    )
