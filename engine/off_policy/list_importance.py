"""Lists by the weight of the whole list: SIPS."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from engine.off_policy.terms import Terms, averaged, self_normalised

__all__ = ["sips", "snsips"]

Values = NDArray[np.float64]


def sips(rewards: Values, weights: Values) -> Terms:
    """Weight whole lists (standard IPS): mean(prod_l w_l · sum_l r_l).

    Assumes nothing about how people read the list; its weights grow with the length.

    Parameters
    ----------
    rewards
        (N, k) by place.
    weights
        (N, k) target / logging probability of each item given the places above.
    """
    joint = weights.prod(axis=1)
    return averaged("sips", joint * rewards.sum(axis=1), weights=joint)


def snsips(rewards: Values, weights: Values) -> Terms:
    """Self-normalised `sips`: divided by the mean weight, so that it stays in range."""
    joint = weights.prod(axis=1)
    return self_normalised("snsips", joint * rewards.sum(axis=1), weights=joint)
