"""What each log adds to an estimate: the common shape of every estimator."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

__all__ = ["Terms", "averaged", "self_normalised"]

Values = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Terms:
    """One estimator on N logs: value = sum over columns of (sum numerators / sum denominators).

    Logs are independent draws (or their users are), so resampling the rows of both arrays gives
    the estimator on a resampled log.

    Attributes
    ----------
    estimator
        A name of `engine.off_policy.cautions.ASSUMPTIONS`.
    numerators, denominators
        (N, m); m is 1, or the number of places where each has its own denominator.
    weights
        (N, m) importance weights it rests on, for the effective sample size; None = none.
    """

    estimator: str
    numerators: Values
    denominators: Values
    weights: Values | None


def averaged(estimator: str, values: Values, *, weights: Values | None) -> Terms:
    """Return the terms of a plain mean over (N,) values."""
    columns = values[:, None]
    resting_on = None if weights is None else _columns(weights)
    return Terms(estimator, columns, np.ones_like(columns), resting_on)


def self_normalised(estimator: str, values: Values, *, weights: Values) -> Terms:
    """Return the terms of sum(values) / sum(weights), both (N,), or column by column (N, m)."""
    return Terms(estimator, _columns(values), _columns(weights), _columns(weights))


def _columns(values: Values) -> Values:
    return values[:, None] if values.ndim == 1 else values
