"""The gap between groups: which two groups span it, how wide it is, how wide by chance."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from audits.groups import MISSING, Groups
from audits.means import all_equal
from audits.moments import Moments
from audits.permutation import ROUNDING, Permuted, permute_labels, permute_means
from audits.power import detectable_by_moments, detectable_gap, effect_of_moments, effect_size

__all__ = ["Gap", "find_gaps", "gaps_of_moments", "mean_gap"]

Values = NDArray[np.float64]
Columns = NDArray[np.int64]


@dataclass(frozen=True)
class Gap:
    """The gap of one measure, among the groups that may be shown.

    Attributes
    ----------
    codes, means
        The compared groups and their means.
    difference
        Largest minus smallest mean.
    ratio
        Smallest over largest mean; None if the largest is 0.
    mean_difference
        Mean over all pairs of the absolute difference of their means.
    n
        Users with a value in all compared groups.
    by_chance
        The difference to be expected if group labels meant nothing.
    p_value
        How often such labels give a difference as large; None where all values are equal.
    effect_size, detectable
        Of the two groups furthest apart; see `audits.power`.
    """

    codes: tuple[int, ...]
    means: tuple[float, ...]
    difference: float
    ratio: float | None
    mean_difference: float
    n: int
    by_chance: float
    p_value: float | None
    effect_size: float | None
    detectable: float | None

    @property
    def largest(self) -> int:
        """Code of the group with the largest mean."""
        return self.codes[int(np.argmax(self.means))]

    @property
    def smallest(self) -> int:
        """Code of the group with the smallest mean; the last of equals, never the largest too."""
        return self.codes[len(self.means) - 1 - int(np.argmin(self.means[::-1]))]


def find_gaps(
    values: Values,
    groups: Groups,
    visible: NDArray[np.bool_],
    *,
    permutations: int,
    rng: np.random.Generator,
) -> dict[int, Gap]:
    """Find the gap of each measure (by column) that has two usable groups or more.

    Users with a missing attribute are a row of their own and enter no gap. Means, difference and
    ratio are those of fairlearn's ``MetricFrame`` (between groups), which a test holds them to.

    Parameters
    ----------
    values
        (U, M) per-user values; NaN = missing.
    visible
        (G, M) true where the group may be shown for the measure.
    permutations, rng
        Of the labels, for what chance would give.
    """
    usable = visible & (np.array(groups.names) != MISSING)[:, None]
    found: dict[int, Gap] = {}
    for columns, codes in _same_groups(usable):
        rows = np.flatnonzero(np.isin(groups.codes, codes))
        part = values[rows][:, columns]
        means = np.array([_means(part[groups.codes[rows] == code]) for code in codes])
        # Sorted, so that the draws do not hang on what the groups are called.
        sizes = sorted(int((groups.codes == code).sum()) for code in codes)
        gaps = np.ptp(means, axis=0)
        chance = permute_labels(part, sizes, gaps, permutations=permutations, rng=rng)
        for j, m in enumerate(columns):
            found[int(m)] = _gap(part[:, j], groups.codes[rows], codes, means[:, j], chance, j)
    return found


def gaps_of_moments(
    moments: Moments,
    groups: Groups,
    visible: NDArray[np.bool_],
    *,
    permutations: int,
    rng: np.random.Generator,
) -> dict[int, Gap]:
    """Find the gaps from the (G, M) moments of many people, who are not kept.

    What permuted labels would give comes from the normal limit of the permutation distribution,
    as `audits.permutation.permute_means` says.
    """
    usable = visible & (np.array(groups.names) != MISSING)[:, None]
    found: dict[int, Gap] = {}
    for m in np.flatnonzero(usable.sum(axis=0) > 1):
        codes = np.flatnonzero(usable[:, m])
        parts = moments[codes, np.full(len(codes), m)]
        means, pooled = parts.mean, parts.together()
        gap = float(np.ptp(means))
        chance = permute_means(parts.n, pooled, gap, permutations=permutations, rng=rng)
        first = parts[int(np.argmax(means))]
        second = parts[len(means) - 1 - int(np.argmin(means[::-1]))]
        found[int(m)] = Gap(
            codes=tuple(int(code) for code in codes),
            means=tuple(float(mean) for mean in means),
            difference=gap,
            ratio=float(means.min() / means.max()) if means.max() > 0 else None,
            mean_difference=mean_gap(means),
            n=int(pooled.n),
            by_chance=float(chance.by_chance[0]),
            p_value=None if all_equal(pooled) else float(chance.p_values[0]),
            effect_size=effect_of_moments(first, second),
            detectable=detectable_by_moments(first, second),
        )
    return found


def _same_groups(usable: NDArray[np.bool_]) -> Iterator[tuple[Columns, NDArray[np.int64]]]:
    """Yield sets of measures that may use the same groups; one frame serves each set."""
    patterns, index = np.unique(usable.T, axis=0, return_inverse=True)
    for p, pattern in enumerate(patterns):
        if pattern.sum() > 1:
            yield np.flatnonzero(index.ravel() == p), np.flatnonzero(pattern)


def _means(values: Values) -> Values:
    """(M,) means over the people of one group; each measure has somebody with a value."""
    means: Values = np.nanmean(values, axis=0)
    return means


def _gap(
    values: Values,
    labels: NDArray[np.int64],
    codes: NDArray[np.int64],
    means: Values,
    chance: Permuted,
    nth: int,
) -> Gap:
    """Gather one measure's gap; of groups with equal means the first leads, the last trails."""
    leads, trails = int(np.argmax(means)), len(means) - 1 - int(np.argmin(means[::-1]))
    first, second = (values[labels == codes[place]] for place in (leads, trails))
    equal = np.nanmax(values) - np.nanmin(values) <= ROUNDING
    return Gap(
        codes=tuple(int(code) for code in codes),
        means=tuple(float(mean) for mean in means),
        difference=float(np.ptp(means)),
        ratio=float(means.min() / means.max()) if means.max() > 0 else None,
        mean_difference=mean_gap(means),
        n=int((~np.isnan(values)).sum()),
        by_chance=float(chance.by_chance[nth]),
        p_value=None if equal else float(chance.p_values[nth]),
        effect_size=effect_size(first, second),
        detectable=detectable_gap(first, second),
    )


def mean_gap(means: Values) -> float:
    """Mean over all pairs of groups of the absolute difference of their means.

    Examples
    --------
    >>> mean_gap(np.array([1.0, 0.5, 0.0]))
    0.6666666666666666
    """
    first, second = np.triu_indices(len(means), k=1)
    return float(np.abs(means[first] - means[second]).mean())
