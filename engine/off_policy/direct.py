"""Single choices by a reward model alone: the direct method."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from engine.off_policy.terms import Terms, averaged

__all__ = ["direct"]


def direct(expected: NDArray[np.float64]) -> Terms:
    """Direct method (DM): mean over logs of sum_a target(a|x) q(x, a).

    As good as the reward model q, and no better; it uses no propensities.

    Parameters
    ----------
    expected
        (N,) sum_a target(a|x) q(x, a).
    """
    return averaged("dm", expected, weights=None)
