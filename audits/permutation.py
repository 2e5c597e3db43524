"""What labels that mean nothing would give: the test of a gap, and of many gaps at once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from audits.moments import Moments
from audits.replayed import replayed

__all__ = ["Permuted", "adjust", "permute_labels", "permute_means"]

Values = NDArray[np.float64]
CHUNK_CELLS = 131_072
ROUNDING = 1e-12


@dataclass(frozen=True, eq=False)
class Permuted:
    """Of M measures: the gap to be expected by chance, and the p-value of the gap there is."""

    by_chance: Values
    p_values: Values


def permute_labels(
    values: Values,
    sizes: Sequence[int],
    gaps: Values,
    *,
    permutations: int,
    rng: np.random.Generator,
) -> Permuted:
    """Give people their group labels anew, many times, and look at the gap each time.

    The gap is the largest group mean minus the smallest. p = (1 + labellings with a gap at least
    as wide) / (1 + labellings), so it is never 0 (Phipson & Smyth 2010); it tests that values and
    labels have nothing to do with each other.

    Parameters
    ----------
    values
        (u, M) values of the people of all groups; NaN = missing.
    sizes
        Group sizes; they add up to u.
    gaps
        (M,) the gaps there are.
    """
    present = ~np.isnan(values)
    # Few measures lack different people: what is counted once need not be summed once each.
    patterns, which = np.unique(present, axis=1, return_inverse=True)
    columns = np.hstack([np.where(present, values, 0.0), patterns])
    n_metrics = values.shape[1]
    labels = np.repeat(np.arange(len(sizes), dtype=np.uint16), sizes)
    total, at_least = np.zeros(n_metrics), np.zeros(n_metrics)
    least = gaps - ROUNDING * np.maximum(1.0, np.abs(gaps))
    for drawn in replayed(
        rng,
        lambda: _labellings(labels, permutations, rng),
        of=("labels", tuple(sizes), permutations),
        cells=permutations * len(labels),
    ):
        sums = _group_sums(drawn, columns, len(sizes))
        counted = np.where(sums[..., n_metrics:] > 0, sums[..., n_metrics:], np.nan)
        means = sums[..., :n_metrics] / counted[..., which.ravel()]
        found = np.fmax.reduce(means, axis=1) - np.fmin.reduce(means, axis=1)
        total += found.sum(axis=0)
        at_least += (found >= least).sum(axis=0)
    return Permuted(total / permutations, (1 + at_least) / (1 + permutations))


def _group_sums(drawn: NDArray[np.uint16], columns: Values, n_groups: int) -> Values:
    """(b, G, Q) sums of the (u, Q) columns over the groups of each of (b, u) labellings."""
    b, u = drawn.shape
    places = drawn.T.astype(np.int64) + np.arange(b) * n_groups
    ends = np.arange(u + 1) * b
    owners = sparse.csc_array((np.ones(b * u), places.ravel(), ends), shape=(b * n_groups, u))
    return np.asarray(owners @ columns).reshape(b, n_groups, -1)


def _labellings(
    labels: NDArray[np.uint16], permutations: int, rng: np.random.Generator
) -> Iterator[NDArray[np.uint16]]:
    """Yield the labels in new orders, (b, u) at a time so that memory stays bounded."""
    step = max(1, CHUNK_CELLS // len(labels))
    for start in range(0, permutations, step):
        n = min(step, permutations - start)
        yield rng.permuted(np.tile(labels, (n, 1)), axis=1)


def permute_means(
    sizes: NDArray[np.int64],
    pooled: Moments,
    gap: float,
    *,
    permutations: int,
    rng: np.random.Generator,
) -> Permuted:
    """Do the same for one measure of so many people that their labels are not dealt one by one.

    Means of permuted groups are normal in the limit, with Var = S² (1/n_g - 1/n) and covariance
    -S²/n (Hoeffding 1951); they are drawn from that. It holds less well for a group of few people.

    Parameters
    ----------
    sizes
        (G,) people of each group with a value.
    pooled
        Moments of all of them together.
    gap
        The gap there is.
    """
    roots = np.sqrt(sizes.astype(np.float64))
    normal = rng.standard_normal((permutations, len(sizes)))
    shared = (normal * roots).sum(axis=1, keepdims=True) / sizes.sum()
    means = np.sqrt(pooled.variance) * (normal / roots - shared)
    found = np.ptp(means, axis=1)
    least = gap - ROUNDING * max(1.0, abs(gap))
    p_value = (1 + (found >= least).sum()) / (1 + permutations)
    return Permuted(np.array([found.mean()]), np.array([p_value]))


def adjust(p_values: Sequence[float]) -> Values:
    """Benjamini-Hochberg: p-values that stand for a whole family of comparisons.

    Calling all with an adjusted p up to 5% significant makes, on average, at most one false call
    in twenty calls. adjusted p_(i) = min over j ≥ i of min(1, m p_(j) / j).

    Examples
    --------
    >>> adjust([0.001, 0.008, 0.039, 0.041]).round(4).tolist()
    [0.004, 0.016, 0.041, 0.041]
    """
    p = np.asarray(p_values, dtype=np.float64)
    order = np.argsort(p)
    scaled = p[order] * len(p) / np.arange(1, len(p) + 1)
    adjusted = np.empty_like(p)
    adjusted[order] = np.minimum(np.minimum.accumulate(scaled[::-1])[::-1], 1.0)
    return adjusted
