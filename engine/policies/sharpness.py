"""The sharpness of a softmax at which its entropy is what was asked for."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

__all__ = ["find_sharpness", "first_place_entropy"]

_STEPS, _SHUT = 60, 1e-9
_SMALLEST = 1e-9
# Stands for "not eligible": exp(-_SMALLEST × _FAR) is 0, and its square is finite in float32.
_FAR = 1e15
# At this sharpness the runner-up, if it does not tie, has a chance below 1e-15.
_LARGEST_GAP = 36.0


def first_place_entropy(
    scores: NDArray[np.floating], eligible: NDArray[np.bool_], sharpness: NDArray[np.floating]
) -> NDArray[np.float64]:
    """(B,) entropy of softmax(sharpness × score) over m eligible items, divided by ln m.

    In [0, 1]; NaN below two eligible items, where nothing is left to chance.

    Examples
    --------
    >>> scores = np.array([[1.0, 0.0, -1.0]])
    >>> first_place_entropy(scores, scores < 2, np.array([1.0])).round(6).tolist()
    [0.757679]
    """
    count = eligible.sum(axis=1)
    below = np.where(eligible, _below_best(scores.astype(np.float64), eligible), 0)
    weights = np.exp(-sharpness[:, None] * below) * eligible
    total = np.where(count > 0, weights.sum(axis=1), 1)
    entropy = np.log(total) + sharpness * (weights * below).sum(axis=1) / total
    return np.asarray(entropy / np.where(count > 1, np.log(np.maximum(count, 2)), np.nan))


def find_sharpness(
    scores: NDArray[np.floating], eligible: NDArray[np.bool_], *, rate: float
) -> NDArray[np.float64]:
    """(B,) 1 / t of each row, so that the normalised entropy of softmax(score / t) is the rate.

    The entropy falls strictly as 1 / t rises, unless all scores tie. It is found by Newton's steps
    in ln(1 / t), and by halving the bracket where a step would leave it. Where more than one
    item ties for the best, entropies below ln(ties) / ln m cannot be had: such rows get a sharpness
    at which only the ties have a chance worth naming. Rate 1, or no two scores that differ, is 0.

    Parameters
    ----------
    scores, eligible
        (B, I); m counts a row's eligible items.
    rate
        In (0, 1].
    """
    found = np.zeros(len(scores))
    if rate == 1:
        return found
    below = _below_best(scores, eligible)
    spread = np.where(eligible, below, 0).max(axis=1)
    open_rows = np.flatnonzero(spread > 0)
    if not len(open_rows):
        return found
    unit = below / np.where(spread > 0, spread, 1)[:, None]
    unit = unit if len(open_rows) == len(unit) else unit[open_rows]
    target = rate * np.log(eligible[open_rows].sum(axis=1))
    gap = np.where(unit > 0, unit, 1).min(axis=1)
    found[open_rows] = _solve(unit, target, _LARGEST_GAP / gap)
    return found / np.where(spread > 0, spread, 1)


def _below_best(scores: NDArray[np.floating], eligible: NDArray[np.bool_]) -> NDArray[np.floating]:
    """(B, I) best eligible score minus score, at least 0; `_FAR` where not eligible."""
    masked = np.where(eligible, scores, -np.inf)
    best = masked.max(axis=1, keepdims=True)
    return np.where(eligible, np.where(np.isfinite(best), best, 0) - scores, _FAR)


def _solve(
    unit: NDArray[np.floating], target: NDArray[np.float64], largest: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Solve entropy(softmax(-b unit)) = target for each row; rows that are there drop out."""
    close = 1e-5 if unit.dtype == np.float32 else 1e-12
    low, high = np.full(len(unit), np.log(_SMALLEST)), np.log(largest)
    guess = np.minimum(np.log(10.0), (low + high) / 2)
    active, part = np.arange(len(unit)), unit
    for _ in range(_STEPS):
        entropy, slope = _entropy_and_slope(part, np.exp(guess[active]))
        error = entropy - target[active]
        # A bracket that has shut without a solution has shut at the sharpest: the best items tie.
        going = (np.abs(error) > close) & (high[active] - low[active] > _SHUT)
        if not going.any():
            break
        active, error, slope = active[going], error[going], slope[going]
        part = part if going.all() else part[going]
        # Too much entropy: sharpen.
        at = guess[active]
        low[active] = np.where(error > 0, at, low[active])
        high[active] = np.where(error > 0, high[active], at)
        step = at - error / np.minimum(slope, -1e-30)
        inside = (step > low[active]) & (step < high[active])
        guess[active] = np.where(inside, step, (low[active] + high[active]) / 2)
    return np.exp(guess)


def _entropy_and_slope(
    below: NDArray[np.floating], sharpness: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """(B,) entropy in nats of softmax(-b below), and its slope in ln b: -b² Var(below)."""
    weights = below * -sharpness[:, None].astype(below.dtype)
    np.exp(weights, out=weights)
    total = weights.sum(axis=1)
    weights *= below
    mean = weights.sum(axis=1) / total
    square = np.einsum("bi,bi->b", weights, below) / total
    entropy = np.log(total) + sharpness * mean
    return entropy, -(sharpness**2) * (square - mean**2)
