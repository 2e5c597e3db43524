"""Single choices by a reward model that weighted rewards correct: DR and Switch-DR."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from engine.off_policy.terms import Terms, averaged

__all__ = ["doubly_robust", "switch_doubly_robust"]

Values = NDArray[np.float64]


def doubly_robust(
    rewards: Values, weights: Values, *, predicted: Values, expected: Values
) -> Terms:
    """DR: mean(expected + w (r - predicted)).

    Its expectation is the target's value when either the propensities or the reward model are
    exact. (Dudík, Langford and Li 2011.)

    Parameters
    ----------
    rewards, weights
        (N,).
    predicted
        (N,) q(x, a) of the logged action, from a model that did not see the log itself.
    expected
        (N,) sum_a target(a|x) q(x, a), from the same model.
    """
    return averaged("dr", expected + weights * (rewards - predicted), weights=weights)


def switch_doubly_robust(
    rewards: Values,
    weights: Values,
    *,
    predicted: Values,
    expected: Values,
    threshold: float,
) -> Terms:
    """Switch-DR: as DR, but a log whose weight is above the threshold counts by the model alone.

    mean(expected + 1[w <= threshold] w (r - predicted)): threshold → infinity is DR, below every
    weight it is DM. It trades variance for the model's bias on what was cut off. The threshold
    is declared, never picked on the same log. (Wang, Agarwal and Dudík 2017.)

    Parameters
    ----------
    rewards, weights, predicted, expected
        As for `doubly_robust`.
    threshold
        At least 0.
    """
    kept = np.where(weights <= threshold, weights, 0.0)
    return averaged("switch-dr", expected + kept * (rewards - predicted), weights=kept)
