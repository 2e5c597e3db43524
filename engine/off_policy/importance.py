"""Single choices by importance weights: IPS and SNIPS."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from engine.off_policy.terms import Terms, averaged, self_normalised

__all__ = ["ips", "snips"]

Values = NDArray[np.float64]


def ips(rewards: Values, weights: Values) -> Terms:
    """Inverse propensity score: mean(w r), w = target probability / logging probability.

    Its expectation is the target's value under full support and exact propensities. Not bounded
    by the rewards. (Horvitz & Thompson 1952.)

    Parameters
    ----------
    rewards, weights
        (N,).
    """
    return averaged("ips", weights * rewards, weights=weights)


def snips(rewards: Values, weights: Values) -> Terms:
    """Self-normalised IPS: sum(w r) / sum(w).

    Consistent, with a bias that falls as 1/N; stays within the range of the rewards, and does
    not move when all propensities are off by one factor. (Swaminathan & Joachims 2015.)

    Parameters
    ----------
    rewards, weights
        (N,).
    """
    return self_normalised("snips", weights * rewards, weights=weights)
