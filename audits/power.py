"""How large a gap is in standard deviations, and how small a gap could be found at all."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from audits.moments import Moments

__all__ = ["detectable_by_moments", "detectable_gap", "effect_of_moments", "effect_size"]

Values = NDArray[np.float64]
# Normal quantiles of a two-sided test at 5% and of a power of 80%.
REACH = 1.959964 + 0.841621


def effect_size(first: Values, second: Values) -> float | None:
    """Cohen's d: difference of means over the pooled standard deviation; NaNs are left out.

    None where it cannot be had: fewer than two people on a side, or nobody differs.

    Examples
    --------
    >>> effect_size(np.array([1.0, 3.0]), np.array([0.0, 2.0]))
    0.7071067811865475
    """
    return effect_of_moments(_moments(first), _moments(second))


def effect_of_moments(first: Moments, second: Moments) -> float | None:
    """Cohen's d, from the moments of one set of values each."""
    if min(first.n, second.n) < 2:
        return None
    degrees = int(first.n + second.n) - 2
    deviation = float(np.sqrt((first.squares + second.squares) / degrees))
    return float(first.mean - second.mean) / deviation if deviation > 1e-12 else None


def detectable_gap(first: Values, second: Values) -> float | None:
    """Smallest true difference of means that a test at 5% would find in 80% of samples.

    (z_.975 + z_.80) · standard error of the difference; None where it cannot be had.
    """
    return detectable_by_moments(_moments(first), _moments(second))


def detectable_by_moments(first: Moments, second: Moments) -> float | None:
    """`detectable_gap`, from the moments of one set of values each."""
    if min(first.n, second.n) < 2:
        return None
    error = np.sqrt(first.variance / first.n + second.variance / second.n)
    return float(REACH * error) if error > 1e-12 else None


def _moments(values: Values) -> Moments:
    return Moments.of(values[:, None])[0]
