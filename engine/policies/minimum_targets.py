"""FA*IR's tables: how many protected items every prefix of a list must hold."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

__all__ = ["MinimumTargets", "adjusted_targets", "fail_probability", "minimum_targets"]


@dataclass(frozen=True)
class MinimumTargets:
    """A table and what it rests on.

    Attributes
    ----------
    targets
        The least number of protected items among the first 1, 2, …, k places.
    alpha
        The level each prefix is tested at.
    fail_probability
        Chance that a list whose places are protected with chance p, independently, fails a test.
    """

    targets: tuple[int, ...]
    alpha: float
    fail_probability: float

    @property
    def mass(self) -> int:
        """Sum of the table: neighbouring tables differ by one."""
        return sum(self.targets)


def minimum_targets(k: int, *, p: float, alpha: float) -> MinimumTargets:
    """Return the table m(j) = smallest m with Binomial(j, p) CDF at least alpha.

    Examples
    --------
    >>> minimum_targets(10, p=0.2, alpha=0.15).targets
    (0, 0, 0, 0, 0, 0, 0, 0, 1, 1)
    """
    # Loaded here: it is large, and few policies come to this.
    from scipy.stats import binom

    places = np.arange(1, k + 1)
    targets = np.maximum(binom.ppf(alpha, places, p), 0).astype(int)
    return MinimumTargets(tuple(targets.tolist()), alpha, fail_probability(targets, p=p))


@cache
def adjusted_targets(k: int, *, p: float, alpha: float) -> MinimumTargets:
    """Return the table whose fail probability over all prefixes together is nearest to alpha.

    Tests of k prefixes at level alpha fail more often than alpha in all. The level is halved in
    on until neighbouring tables hold alpha between them; the nearer of the two is it, the looser
    where both are as near. A table that fails no more often than alpha is left as it is.

    Notes
    -----
    Zehlike et al., CIKM 2017; the published tables (k = 20, p = .25, alpha = .1) are reproduced.
    """
    strict = minimum_targets(k, p=p, alpha=alpha)
    if strict.fail_probability <= alpha:
        return strict
    loose = minimum_targets(k, p=p, alpha=0.0)
    while strict.mass - loose.mass > 1 and strict.alpha - loose.alpha > 1e-12:
        middle = minimum_targets(k, p=p, alpha=(loose.alpha + strict.alpha) / 2)
        if middle.fail_probability <= alpha:
            loose = middle
        else:
            strict = middle
    return min(loose, strict, key=lambda table: abs(table.fail_probability - alpha))


def fail_probability(targets: NDArray[np.integer], *, p: float) -> float:
    """Chance that some prefix of independent places, protected with chance p, misses its target.

    1 - P(every prefix meets its target), by running over places and counts.

    Examples
    --------
    >>> round(fail_probability(np.array([0] * 8 + [1, 1]), p=0.2), 9)
    0.134217728
    """
    chance = np.zeros(len(targets) + 1)
    chance[0] = 1
    for target in targets:
        chance[1:] = p * chance[:-1] + (1 - p) * chance[1:]
        chance[0] *= 1 - p
        chance[:target] = 0
    return float(1 - chance.sum())
