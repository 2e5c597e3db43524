"""Lists read from the top: RIPS and Cascade-DR."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from engine.off_policy.terms import Terms, averaged, self_normalised

__all__ = ["cascade_doubly_robust", "rips", "snrips"]

Values = NDArray[np.float64]


def rips(rewards: Values, weights: Values) -> Terms:
    """Reward-interaction IPS: mean(sum_l w_{1:l} r_l), w_{1:l} = prod_{m<=l} w_m.

    Assumes a cascade: what a place earns depends on it and on the places above, not on those
    below. (McInerney et al. 2020.)

    Parameters
    ----------
    rewards
        (N, k) by place.
    weights
        (N, k) target / logging probability of each item given the places above.
    """
    above = _up_to_each_place(weights)
    return averaged("rips", (above * rewards).sum(axis=1), weights=above)


def snrips(rewards: Values, weights: Values) -> Terms:
    """Self-normalised `rips`: each place is divided by its own mean weight."""
    above = _up_to_each_place(weights)
    return self_normalised("snrips", above * rewards, weights=above)


def cascade_doubly_robust(
    rewards: Values, weights: Values, *, predicted: Values, expected: Values
) -> Terms:
    """Cascade-DR: mean(sum_l w_{1:l} (r_l - predicted_l) + w_{1:l-1} expected_l), w_{1:0} = 1.

    Under a cascade its expectation is the target's value whatever the reward model says; a good
    model makes it steadier than RIPS. (Kiyohara et al. 2022.)

    Parameters
    ----------
    rewards, weights
        As for `rips`.
    predicted
        (N, k) what a model that did not see the list expects of each place.
    expected
        (N, k) the same, averaged over what the target would put there given the places above.
    """
    above = _up_to_each_place(weights)
    before = np.hstack([np.ones((len(above), 1)), above[:, :-1]])
    earned = above * (rewards - predicted) + before * expected
    return averaged("cascade-dr", earned.sum(axis=1), weights=above)


def _up_to_each_place(weights: Values) -> Values:
    return np.asarray(np.cumprod(weights, axis=1), dtype=np.float64)
