"""Lists place by place: IIPS."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from engine.off_policy.terms import Terms, averaged, self_normalised

__all__ = ["iips", "sniips"]

Values = NDArray[np.float64]


def iips(rewards: Values, marginal_weights: Values) -> Terms:
    """Independent IPS: mean(sum_l w_l r_l), w_l from marginal probabilities of each place.

    Assumes that what a place earns depends on its own item and place alone. Off where items
    compete or lift each other. (Li et al. 2018.)

    Parameters
    ----------
    rewards
        (N, k) by place.
    marginal_weights
        (N, k) target / logging chance of the item in its place, whatever stands above.
    """
    earned = (marginal_weights * rewards).sum(axis=1)
    return averaged("iips", earned, weights=marginal_weights)


def sniips(rewards: Values, marginal_weights: Values) -> Terms:
    """Self-normalised `iips`: each place is divided by its own mean weight."""
    return self_normalised("sniips", marginal_weights * rewards, weights=marginal_weights)
