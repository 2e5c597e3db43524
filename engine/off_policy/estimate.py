"""Estimates with their intervals: resampled people, the same draw for every estimator."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from threadpoolctl import threadpool_limits

from engine.off_policy.terms import Terms

__all__ = ["Estimate", "effective_sample_size", "estimate_all"]

Values = NDArray[np.float64]

# A megabyte of draws at a time: bounded memory, and it stays in the processor's cache.
_CELLS = 131_072
_TAILS = (0.025, 0.975)


@dataclass(frozen=True)
class Estimate:
    """What the target would have earned a log (or a list), by one estimator.

    Attributes
    ----------
    estimator
        A name of `engine.off_policy.cautions.ASSUMPTIONS`.
    value
        None where no log has any weight.
    low, high
        95% percentile interval over resampled users.
    ess
        Effective sample size (sum w)² / sum w²; where places have weights of their own, of the
        place with the fewest. None where there are no weights.
    """

    estimator: str
    value: float | None
    low: float | None
    high: float | None
    ess: float | None


def effective_sample_size(weights: Values) -> float:
    """(sum w)² / sum w²: how many logs of equal weight would tell as much; 0 without weight.

    Examples
    --------
    >>> effective_sample_size(np.array([1.0, 1.0, 0.0]))
    2.0
    """
    squares = float((weights**2).sum())
    return float(weights.sum()) ** 2 / squares if squares > 0 else 0.0


def estimate_all(
    terms: Sequence[Terms],
    users: NDArray[np.int64],
    *,
    resamples: int,
    rng: np.random.Generator,
) -> tuple[Estimate, ...]:
    """Evaluate every estimator on the log, and on logs of resampled users (Efron 1979).

    Parameters
    ----------
    terms
        Of N logs each.
    users
        (N,) numbers from 0; a user is drawn with all their logs.
    resamples
        How often, at least 1.
    """
    sums = _by_user(np.hstack([np.hstack([t.numerators, t.denominators]) for t in terms]), users)
    whole = _values(terms, sums.sum(axis=0)[None])[0]
    # The products are small: threads would only wait for each other.
    with threadpool_limits(1, "blas"):
        draws = [_values(terms, counts @ sums) for counts in _counts(len(sums), resamples, rng)]
    low, high = _interval(np.concatenate(draws))
    return tuple(
        Estimate(t.estimator, _known(whole[i]), _known(low[i]), _known(high[i]), _ess(t))
        for i, t in enumerate(terms)
    )


def _by_user(columns: Values, users: NDArray[np.int64]) -> Values:
    n_users = int(users.max()) + 1
    ones = np.ones(len(users))
    belongs = sparse.csr_array((ones, (users, np.arange(len(users)))), (n_users, len(users)))
    return np.asarray(belongs @ columns)


def _counts(n_users: int, resamples: int, rng: np.random.Generator) -> Iterator[Values]:
    """How often each user is drawn, a block of resamples at a time."""
    step = max(1, _CELLS // n_users)
    for start in range(0, resamples, step):
        b = min(step, resamples - start)
        drawn = rng.integers(0, n_users, size=(b, n_users))
        drawn += np.arange(b)[:, None] * n_users
        counts = np.bincount(drawn.ravel(), minlength=b * n_users)
        yield counts.reshape(b, n_users).astype(np.float64)


def _values(terms: Sequence[Terms], sums: Values) -> Values:
    """(b, E) from (b, C) sums over logs; NaN where a denominator is 0."""
    values = np.empty((len(sums), len(terms)))
    start = 0
    for i, t in enumerate(terms):
        m = t.numerators.shape[1]
        above, below = sums[:, start : start + m], sums[:, start + m : start + 2 * m]
        ratios = above / np.where(below == 0, np.nan, below)
        values[:, i] = ratios.sum(axis=1)
        start += 2 * m
    return values


def _interval(draws: Values) -> tuple[Values, Values]:
    """Percentiles over the resamples that have a value; NaN where none has."""
    bounds = np.full((2, draws.shape[1]), np.nan)
    for column, values in enumerate(draws.T):
        known = values[~np.isnan(values)]
        if len(known):
            bounds[:, column] = np.quantile(known, _TAILS)
    return bounds[0], bounds[1]


def _known(value: float) -> float | None:
    return None if np.isnan(value) else float(value)


def _ess(terms: Terms) -> float | None:
    if terms.weights is None:
        return None
    return min(effective_sample_size(column) for column in terms.weights.T)
