"""A simple game beside a game: close to it where it is smooth, and with known Shapley values."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

__all__ = ["Ends", "StandIn", "fit_stand_in"]

# Share of the mean square of the masks; keeps few orders from fitting noise.
_RIDGE = 0.02
_ROUNDS = 3
# Bounds the masks a fit looks at; more of them add little to so few unknowns.
_CELLS = 1_000_000


@dataclass(frozen=True, eq=False)
class Ends:
    """What is known of a game of n players for certain.

    Attributes
    ----------
    nobody, everybody
        (T,) values.
    alone
        (n, T) values with one player.
    without
        (n, T) values with all players but one.
    """

    nobody: NDArray[np.float64]
    everybody: NDArray[np.float64]
    alone: NDArray[np.float64]
    without: NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class StandIn:
    """w(S) = level(|S|) + scale(|S|) Σ_{j in S} slope_j, and the game itself at its ends.

    How much a player adds may hang on how many are there, not on who: as in a mean, a normalised
    vector, or a score that saturates.

    Attributes
    ----------
    levels, scales
        (n + 1, T) by how many are there.
    slopes
        (n, T).
    ends
        Followed exactly, with nobody, one, all but one and everybody.
    """

    levels: NDArray[np.float64]
    scales: NDArray[np.float64]
    slopes: NDArray[np.float64]
    ends: Ends

    def shapley(self) -> NDArray[np.float64]:
        """(n, T) Shapley values.

        With w(S) = level(s) + Σ_{j in S} a_j(s), player j adds to s others, on average over who
        they are, a_j(s + 1) + s × mean over i ≠ j of (a_i(s + 1) - a_i(s)) + level(s + 1) -
        level(s). Its value is the mean of that over s from 0 to n - 1.
        """
        n, levels = len(self.slopes), self.levels.copy()
        parts = self.scales[:, None] * self.slopes
        levels[0], parts[0] = self.ends.nobody, 0
        levels[n], parts[n] = self.ends.everybody, 0
        levels[1], parts[1] = 0, self.ends.alone
        # All but one have a sum over those who are there: Σ_j u_j less the absent one's u.
        u = -self.ends.without
        levels[n - 1], parts[n - 1] = -u.sum(axis=0), u
        steps = np.diff(parts, axis=0)
        others = (steps.sum(axis=1, keepdims=True) - steps) / (n - 1)
        sizes = np.arange(n)[:, None, None]
        added = parts[1:] + sizes * others + np.diff(levels, axis=0)[:, None]
        return np.asarray(added.mean(axis=0))

    def along(self, orders: NDArray[np.intp]) -> NDArray[np.float64]:
        """(..., n + 1, T) values as the players of (..., n) orders enter one by one."""
        n = orders.shape[-1]
        values = np.empty((*orders.shape[:-1], n + 1, self.levels.shape[1]))
        sums = self.slopes[orders].cumsum(axis=-2)
        values[..., 1:, :] = self.levels[1:] + self.scales[1:] * sums
        values[..., 0, :], values[..., n, :] = self.ends.nobody, self.ends.everybody
        values[..., 1, :] = self.ends.alone[orders[..., 0]]
        values[..., n - 1, :] = self.ends.without[orders[..., -1]]
        return values


def fit_stand_in(orders: NDArray[np.intp], values: NDArray[np.float64], ends: Ends) -> StandIn:
    """Fit levels, scales and slopes to a game's values along orders, by least squares.

    Slopes and scales in turn, three times; scales are a sum of 1, log s, 1/s and s. A poor fit
    makes a poor stand-in and no wrong one: whatever it is, its Shapley values are its own.

    Parameters
    ----------
    orders
        (K, n) of at least three players.
    values
        (K, n + 1, T) as they enter.
    ends
        Of the same game.
    """
    n, n_values = orders.shape[1], values.shape[2]
    most = max(_CELLS // n**2, 2)
    orders, values = orders[:most], values[:most]
    levels, scales = np.zeros((n + 1, n_values)), np.zeros((n + 1, n_values))
    slopes, sizes = np.zeros((n, n_values)), np.arange(2, n - 1)
    if len(sizes):
        masks = (np.argsort(orders, axis=1)[:, None] < sizes[:, None]).astype(np.float64)
        middle, inner = masks.mean(axis=0), values[:, 2 : n - 1]
        for t in range(n_values):
            mean = inner[..., t].mean(axis=0)
            slope, scale = _in_turn(masks - middle, inner[..., t] - mean, sizes / n)
            slopes[:, t], scales[2 : n - 1, t] = slope, scale
            levels[2 : n - 1, t] = mean - scale * (middle @ slope)
    return StandIn(levels, scales, slopes, ends)


def _in_turn(
    masks: NDArray[np.float64], values: NDArray[np.float64], shares: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """(n,) slopes and (m,) scales by size, of (K, m, n) masks and (K, m) values, both centred."""
    n = masks.shape[2]
    shapes = np.stack([np.ones_like(shares), np.log(shares), 1 / shares, shares], axis=1)
    slopes, scales = np.zeros(n), np.ones(len(shares))
    for _ in range(_ROUNDS):
        rows = (masks * scales[:, None]).reshape(-1, n)
        gram = rows.T @ rows
        size = float(np.trace(gram))
        if size == 0:
            break
        slopes = np.linalg.solve(gram + _RIDGE * size / n * np.eye(n), rows.T @ values.ravel())
        guesses = ((masks @ slopes)[..., None] * shapes).reshape(-1, shapes.shape[1])
        scales = shapes @ np.linalg.lstsq(guesses, values.ravel(), rcond=1e-6)[0]
    return slopes, scales
