"""Intervals: a user-level bootstrap for means, a delete-group jackknife for whole systems."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.special import stdtrit

from audits.replayed import replayed

__all__ = [
    "bootstrap_means",
    "bootstrap_sums",
    "jackknife",
    "percentile_interval",
]

Values = NDArray[np.float64]
Rows = NDArray[np.integer]
TAILS = (0.025, 0.975)
# A megabyte of draws at a time: bounded memory, and it stays in the processor's cache.
CHUNK_CELLS = 131_072


def bootstrap_means(
    values: Values, parts: Sequence[Rows], *, resamples: int, rng: np.random.Generator
) -> Values:
    """Means of every part and measure under resampling of users with replacement.

    The same draw of users serves all parts and measures, so gaps and ratios between parts can
    be taken resample by resample (Efron & Tibshirani 1993).

    Parameters
    ----------
    values
        (U, M) per-user values; NaN = missing, left out of the mean.
    parts
        P arrays of user rows.
    resamples
        B.

    Returns
    -------
    (B, P, M); NaN where a resample holds no value of the part.
    """
    present = ~np.isnan(values)
    both = np.hstack([np.where(present, values, 0.0), present])
    sums = bootstrap_sums(both, parts, resamples=resamples, rng=rng)
    total, n = np.split(sums, 2, axis=2)
    return np.asarray(total / np.where(n > 0, n, np.nan))


def bootstrap_sums(
    columns: Values, parts: Sequence[Rows], *, resamples: int, rng: np.random.Generator
) -> Values:
    """(B, P, Q) sums of the (U, Q) columns over each part, under the same draws of users."""
    sums = np.empty((resamples, len(parts), columns.shape[1]))
    done = 0
    for drawn in replayed(
        rng,
        lambda: _draws(len(columns), resamples, rng),
        of=("users", len(columns), resamples),
        cells=resamples * len(columns),
    ):
        counts = drawn.astype(np.float64)
        for part, rows in enumerate(parts):
            sums[done : done + len(counts), part] = counts[:, rows] @ columns[rows]
        done += len(counts)
    return sums


def _draws(n_users: int, resamples: int, rng: np.random.Generator) -> Iterator[NDArray[np.uint16]]:
    """How often each user is drawn, (b, U) at a time so that memory stays bounded."""
    step = max(1, CHUNK_CELLS // n_users)
    for start in range(0, resamples, step):
        b = min(step, resamples - start)
        drawn = rng.integers(0, n_users, size=(b, n_users))
        drawn += np.arange(b)[:, None] * n_users
        counts = np.bincount(drawn.ravel(), minlength=b * n_users)
        # The chance that anyone is drawn 65,536 times is below 1 over 65,536 factorial.
        yield counts.reshape(b, n_users).astype(np.uint16)


def percentile_interval(samples: Values) -> tuple[Values, Values]:
    """95% percentile interval over the first axis; missing resamples are left out.

    NaN where every resample is missing. Linear interpolation between order statistics.

    Examples
    --------
    >>> low, high = percentile_interval(np.linspace(0, 1, 401)[:, None])
    >>> low.round(3).tolist(), high.round(3).tolist()
    ([0.025], [0.975])
    """
    ordered = np.sort(samples, axis=0)
    last = np.maximum((~np.isnan(samples)).sum(axis=0) - 1, 0)
    low, high = (_order_statistic(ordered, last * tail) for tail in TAILS)
    return low, high


def _order_statistic(ordered: Values, position: Values) -> Values:
    below = np.floor(position).astype(np.int64)[None]
    above = np.ceil(position).astype(np.int64)[None]
    lower = np.take_along_axis(ordered, below, axis=0)[0]
    upper = np.take_along_axis(ordered, above, axis=0)[0]
    return np.asarray(lower + (upper - lower) * (position - below[0]))


def jackknife(
    counts: NDArray[np.int64], statistic: Callable[[NDArray[np.int64]], Values]
) -> tuple[float, float, float]:
    """Value and 95% interval of a statistic of item counts, by leaving out blocks of users.

    Resampling users would see fewer distinct users and so shift coverage and Gini; leaving out
    one of G blocks at a time does not. SE² = (G-1)/G sum (theta_-g - mean)², interval =
    theta ± t_{G-1} SE (Shao & Wu 1989). For coverage, which hangs on single users, the interval
    errs on the wide side.

    Parameters
    ----------
    counts
        (G, I) item counts by block of users.
    statistic
        Maps (…, I) counts to (…,) values.

    Returns
    -------
    value, low, high; low and high are NaN with fewer than 2 blocks in use.
    """
    total = counts.sum(axis=0)
    value = float(statistic(total))
    used = counts.sum(axis=1) > 0
    n_blocks = int(used.sum())
    if n_blocks < 2:
        return value, float("nan"), float("nan")
    left_out = statistic(total - counts[used])
    spread = ((left_out - left_out.mean()) ** 2).sum()
    error = np.sqrt((n_blocks - 1) / n_blocks * spread)
    reach = float(stdtrit(n_blocks - 1, TAILS[1]) * error)
    return value, value - reach, value + reach
