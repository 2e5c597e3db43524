"""The sharpness of a softmax at which its entropy is what was asked for."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from engine.barred import barred
from engine.blocks import row_blocks

__all__ = ["find_sharpness", "first_place_entropy"]

_STEPS = 60
# Rows that are there drop out of the search when they are more than the rest of this share.
_MANY = 0.7
# The search begins at _BEGIN × odds(rate)^-_LEAN over the mean distance below the best, which is
# near the answer for scores of many shapes; it is only a beginning.
_BEGIN, _LEAN = 8.0, 0.5
_SLIVER, _FLAT = 1e-12, -1e-30
# Stands for "not eligible": no weight is left of it, and its square is finite in float32.
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
    on its log-odds against ln(1 / t), and by halving the bracket where a step would leave it. Where
    more than one item ties for the best, entropies below ln(ties) / ln m cannot be had: such rows
    get a sharpness at which only the ties have a chance worth naming. Rate 1, or no two scores
    that differ, is 0.

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
    for rows in row_blocks(scores.shape):
        found[rows] = _find(scores[rows], eligible[rows], rate=rate)
    return found


def _find(
    scores: NDArray[np.floating], eligible: NDArray[np.bool_], *, rate: float
) -> NDArray[np.float64]:
    """As `find_sharpness`, of one block, at a rate below 1."""
    below = _below_best(scores, eligible)
    count = np.add.reduce(eligible, axis=1, dtype=np.int32)
    mean = np.vecdot(below, eligible.astype(below.dtype)) / np.maximum(count, 1)
    unit = np.where(mean > 0, mean, 1)
    below *= (1 / unit).astype(below.dtype)[:, None]
    below += np.multiply(~eligible, below.dtype.type(_FAR))
    ties = np.add.reduce(below == 0, axis=1, dtype=np.int32)
    whole = np.log(np.maximum(count, 1))
    within = np.log(np.maximum(ties, 1)) < rate * whole
    found = np.zeros(len(scores))
    found[within] = _solve(below if within.all() else below[within], whole[within], rate=rate)
    tied = ~within & (ties < count)
    gaps = np.where(below[tied] > 0, below[tied], np.inf).min(axis=1)
    found[tied] = _LARGEST_GAP / gaps
    return found / unit


def _below_best(scores: NDArray[np.floating], eligible: NDArray[np.bool_]) -> NDArray[np.floating]:
    """(B, I) best eligible score minus score; at least 0 where eligible, and else of no meaning."""
    masked = barred(eligible, scores.dtype)
    masked += scores
    best = masked.max(axis=1, keepdims=True)
    return np.asarray(np.subtract(np.where(np.isfinite(best), best, 0), scores, out=masked))


def _solve(
    below: NDArray[np.floating], whole: NDArray[np.float64], *, rate: float
) -> NDArray[np.float64]:
    """Solve entropy(softmax(-b below)) = rate × whole for each row; rows that are there drop out.

    The log-odds of entropy / whole are nearly straight in ln b, so that Newton's steps on them go
    far. The bracket opens as the search goes; a step may reach further the longer it takes.
    """
    # Log-odds this near have an error of about their square after one step more.
    close = 1e-3 if below.dtype == np.float32 else 1e-6
    wanted = np.log(rate) - np.log1p(-rate)
    at = np.full(len(below), np.log(_BEGIN) - _LEAN * wanted)
    low, high = np.full(len(at), -np.inf), np.full(len(at), np.inf)
    answer, active, room = at.copy(), np.arange(len(at)), np.empty_like(below)
    for step in range(_STEPS):
        entropy, slope = _entropy_and_slope(below, np.exp(at), room=room[: len(below)])
        value, slope = _log_odds(entropy, slope, whole=whole)
        error, reach = value - wanted, 2.0 * (1 + step)
        # Too much entropy: sharpen.
        low, high = np.where(error > 0, at, low), np.where(error > 0, high, at)
        to = at - np.clip(error / slope, -reach, reach)
        answer[active] = at = np.where((to >= low) & (to <= high), to, (low + high) / 2)
        going = np.abs(error) > close
        if not going.any():
            break
        # A shut bracket stays where it is, which is cheaper than to leave few rows out.
        low, high = np.where(going, low, at), np.where(going, high, at)
        if going.mean() < _MANY:
            below, active, whole, at = below[going], active[going], whole[going], at[going]
            low, high = low[going], high[going]
    return np.asarray(np.exp(answer))


def _log_odds(
    entropy: NDArray[np.float64], slope: NDArray[np.float64], *, whole: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """(B,) ln(entropy / (whole - entropy)), and its slope in whatever entropy has its own."""
    entropy = np.clip(entropy, _SLIVER * whole, (1 - _SLIVER) * whole)
    rest = whole - entropy
    return np.log(entropy / rest), np.minimum(slope * whole / (entropy * rest), _FLAT)


def _entropy_and_slope(
    below: NDArray[np.floating], sharpness: NDArray[np.float64], *, room: NDArray[np.floating]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """(B,) entropy in nats of softmax(-b below), and its slope in ln b: -b² Var(below).

    ``room`` is overwritten, for new memory would cost more than the sums.
    """
    weights = np.multiply(below, -sharpness[:, None].astype(below.dtype), out=room)
    np.exp(weights, out=weights)
    total = np.vecdot(weights, np.ones(below.shape[1], dtype=below.dtype))
    mean = np.vecdot(weights, below) / total
    weights *= below
    square = np.vecdot(weights, below) / total
    entropy = np.log(total) + sharpness * mean
    return entropy, -(sharpness**2) * (square - mean**2)
