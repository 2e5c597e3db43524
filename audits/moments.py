"""How many values there are, their mean, spread and ends: enough for a row, and parts add up."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce
from itertools import accumulate

import numpy as np
from numpy.typing import NDArray

__all__ = ["Moments", "stack"]

Values = NDArray[np.float64]
Place = int | NDArray[np.integer] | tuple[int | NDArray[np.integer], ...]


@dataclass(frozen=True, eq=False)
class Moments:
    """Moments of many sets of values at once; all fields have one shape.

    Attributes
    ----------
    n
        How many values there are.
    mean
        NaN where there are none.
    squares
        Sum of squared distances from the mean.
    least, most
        The ends; NaN where there are none.
    """

    n: NDArray[np.int64]
    mean: Values
    squares: Values
    least: Values
    most: Values

    @staticmethod
    def of(values: Values) -> Moments:
        """Return the moments of each column of (u, M) values; NaN = missing.

        Examples
        --------
        >>> Moments.of(np.array([[1.0], [3.0], [np.nan]])).squares.tolist()
        [2.0]
        """
        present = ~np.isnan(values)
        n = present.sum(axis=0)
        mean = np.where(present, values, 0.0).sum(axis=0) / np.where(n > 0, n, np.nan)
        squares = (np.where(present, values - mean, 0.0) ** 2).sum(axis=0)
        none = np.full((1, *values.shape[1:]), np.nan)
        padded = np.concatenate([values, none])
        return Moments(n, mean, squares, np.fmin.reduce(padded), np.fmax.reduce(padded))

    def __add__(self, other: Moments) -> Moments:
        """Return the moments of both sets together (Chan, Golub & LeVeque 1983)."""
        n = self.n + other.n
        some = np.where(n > 0, n, np.nan)
        first, second = np.nan_to_num(self.mean), np.nan_to_num(other.mean)
        apart = np.where((self.n > 0) & (other.n > 0), second - first, 0.0)
        return Moments(
            n,
            (self.n * first + other.n * second) / some,
            self.squares + other.squares + np.nan_to_num(apart**2 * self.n * other.n / some),
            np.fmin(self.least, other.least),
            np.fmax(self.most, other.most),
        )

    def __getitem__(self, place: Place) -> Moments:
        """Return the moments in one place, or some of them."""
        fields = (self.n, self.mean, self.squares, self.least, self.most)
        return Moments(*(np.asarray(field[place]) for field in fields))

    def together(self) -> Moments:
        """Return the moments of all sets along the first axis as one."""
        return reduce(Moments.__add__, (self[place] for place in range(len(self.n))))

    def others(self) -> Moments:
        """Return, for each set along the first axis, the moments of all the others."""
        sets = [self[place] for place in range(len(self.n))]
        nobody = Moments.of(np.empty((0, *self.n.shape[1:])))
        before = list(accumulate(sets[:-1], initial=nobody))
        after = list(accumulate(reversed(sets[1:]), initial=nobody))[::-1]
        return stack([one + other for one, other in zip(before, after, strict=True)])

    @property
    def variance(self) -> Values:
        """Unbiased; NaN below two values."""
        return np.asarray(self.squares / np.where(self.n > 1, self.n - 1, np.nan))


def stack(sets: Sequence[Moments]) -> Moments:
    """Put sets of moments side by side, along a new first axis."""
    names = ("n", "mean", "squares", "least", "most")
    return Moments(*(np.stack([getattr(one, name) for one in sets]) for name in names))
