"""What an exploration rate achieved, in figures that compare across policies and models."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.policies.uncertainty import Uncertainty

__all__ = ["Achieved", "Average", "average_out"]


@dataclass(frozen=True)
class Average:
    """A mean over people.

    Attributes
    ----------
    n
        How many people it is of.
    value
        None without people.
    error
        Its standard error over people; None below two.
    """

    n: int
    value: float | None
    error: float | None


@dataclass(frozen=True)
class Achieved:
    """What a rate achieved: exact for each person, so that only people vary.

    Attributes
    ----------
    first_place_entropy
        Entropy of the first place over the entropy of an even draw: 0 where nothing is left to
        chance, 1 where everything is. Of people with two eligible items or more.
    own_list_chance
        Chance of the model's own list, whole and in its order.
    """

    first_place_entropy: Average
    own_list_chance: Average


def average_out(uncertainty: Uncertainty) -> Achieved:
    """Return the means over people, whatever is not known of someone left out.

    Examples
    --------
    >>> half = Uncertainty(np.array([0.5, np.nan]), np.array([1.0, 0.0]))
    >>> average_out(half).own_list_chance
    Average(n=2, value=0.5, error=0.5)
    """
    return Achieved(
        _average(uncertainty.first_place_entropy), _average(uncertainty.own_list_chance)
    )


def _average(values: NDArray[np.float64]) -> Average:
    known = values[~np.isnan(values)]
    if not len(known):
        return Average(0, None, None)
    error = float(known.std(ddof=1) / np.sqrt(len(known))) if len(known) > 1 else None
    return Average(len(known), float(known.mean()), error)
