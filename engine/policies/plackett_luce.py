"""Plackett-Luce: places drawn in proportion to exp(score / temperature)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from engine.policies.base import Policy
from engine.policies.meaning import Meaning
from engine.policies.sharpness import find_sharpness
from engine.policies.slates import Slates, explored_places, make_slates
from engine.ranking import top_n

__all__ = ["PlackettLuce", "draw_places", "place_chances"]

# Below this the sum of what is left has lost digits to underflow and is computed afresh.
_SMALL = 1e-200
_TINY = 1e-300


class PlackettLuce(Policy):
    """Each place: item i of those left with chance exp(s_i / t) / sum of exp(s_l / t) over them.

    The temperature t is each person's own: the one at which the entropy of the first place,
    divided by ln m for m eligible items, is the rate (see `engine.policies.sharpness`). Rate 1
    is a uniform draw. People whose best items tie have an entropy above small rates whatever t
    is; they get the sharpest distribution, uniform over the ties.

    Sampled by Gumbel top-n: the order of s_i / t + g_i, g_i standard Gumbel, is a Plackett-Luce
    order. Each row draws one g an item, whatever the rate.

    Notes
    -----
    Gumbel top-k: Kool, van Hoof and Welling, ICML 2019.
    """

    name = "plackett-luce"
    stochastic = True

    def _choose(
        self,
        scores: NDArray[np.floating],
        eligible: NDArray[np.bool_],
        *,
        n: int,
        rate: float,
        rng: np.random.Generator,
    ) -> Slates:
        logits = find_sharpness(scores, eligible, rate=rate)[:, None] * scores
        items, chances = draw_places(logits, eligible, n=n, rng=rng)
        return make_slates(
            items,
            scores,
            propensities=chances,
            explored=explored_places(items, scores, eligible),
        )

    @classmethod
    def _meaning(cls, rate: float, n: int) -> Meaning:
        if rate == 1:
            return Meaning("Every place is filled by chance: the model has no say.")
        return Meaning(
            "The draw for the first place is {percent}% as uncertain as one in which all items "
            "have the same chance; better scores keep better chances.",
            percent=100 * rate,
        )


def draw_places(
    logits: NDArray[np.float64],
    eligible: NDArray[np.bool_],
    *,
    n: int,
    rng: np.random.Generator,
) -> tuple[NDArray[np.int32], NDArray[np.float64]]:
    """(B, n) Plackett-Luce lists of the eligible items, and the chance of each place.

    A standard Gumbel number is drawn for every item of every row; see `place_chances`.
    """
    # It is minus the logarithm of a standard exponential one.
    luck = np.asarray(rng.standard_exponential(size=logits.shape))
    np.log(np.maximum(luck, _TINY, out=luck), out=luck)
    items = top_n(logits - luck, eligible, n=n)
    return items, place_chances(items, logits, eligible)


def place_chances(
    items: NDArray[np.int32], logits: NDArray[np.float64], eligible: NDArray[np.bool_]
) -> NDArray[np.float64]:
    """(B, n) chance of each item in its place, given the places above it; NaN where padded.

    exp(logit_i) / sum of exp(logit_l) over the eligible items l not placed above. Nothing is
    ever subtracted from a sum, so no digits are lost when one item has nearly all the chance.

    Examples
    --------
    >>> everything = np.ones((1, 3), dtype=bool)
    >>> order = np.array([[0, 1]], dtype=np.int32)
    >>> place_chances(order, np.array([[1.0, 0.0, -1.0]]), everything).round(6).tolist()
    [[0.665241, 0.731059]]
    """
    left = np.where(eligible, logits, -np.inf)
    weights = _weights(left)
    rows = np.arange(len(items))
    chances = np.full(items.shape, np.nan)
    for place in range(items.shape[1]):
        item = items[:, place]
        shown = item >= 0
        total = weights.sum(axis=1)
        faint = shown & (total < _SMALL)
        if faint.any():
            weights[faint] = _weights(left[faint])
            total[faint] = weights[faint].sum(axis=1)
        own = weights[rows, item]
        chances[shown, place] = own[shown] / total[shown]
        weights[rows[shown], item[shown]] = 0
        left[rows[shown], item[shown]] = -np.inf
    return chances


def _weights(logits: NDArray[np.float64]) -> NDArray[np.float64]:
    """Exp(logit - largest) a row; 0 throughout where nothing is left."""
    largest = logits.max(axis=1, keepdims=True)
    shifted = logits - np.where(np.isfinite(largest), largest, 0)
    return np.exp(shifted, out=shifted)
