"""Plackett-Luce: places drawn in proportion to exp(score / temperature)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from engine.barred import barred
from engine.blocks import block_height, row_blocks
from engine.policies.base import Policy
from engine.policies.meaning import Meaning
from engine.policies.sharpness import find_sharpness, first_place_entropy
from engine.policies.slates import Slates, compared_slates
from engine.policies.uncertainty import Uncertainty
from engine.ranking import top_masked, top_n

__all__ = ["PlackettLuce", "draw_places", "place_chances"]

# Below this the sum of what is left has lost digits to underflow: the careful way is taken.
_SMALL = 1e-200
_TINY = 1e-300
_LEAST = -700.0


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
        sharpness = find_sharpness(scores, eligible, rate=rate)
        items, chances = draw_places(scores, eligible, sharpness=sharpness, n=n, rng=rng)
        return compared_slates(items, scores, eligible, propensities=chances)

    def _measure(
        self,
        scores: NDArray[np.floating],
        eligible: NDArray[np.bool_],
        *,
        n: int,
        rate: float,
        rng: np.random.Generator,
    ) -> Uncertainty:
        sharpness = find_sharpness(scores, eligible, rate=rate)
        own = top_n(scores, eligible, n=n)
        chances = place_chances(own, sharpness[:, None] * scores, eligible)
        shown = np.where(own >= 0, chances, 1).prod(axis=1)
        return Uncertainty(
            first_place_entropy(scores, eligible, sharpness),
            np.where(eligible.any(axis=1), shown, np.nan),
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
    scores: NDArray[np.floating],
    eligible: NDArray[np.bool_],
    *,
    sharpness: NDArray[np.float64],
    n: int,
    rng: np.random.Generator,
) -> tuple[NDArray[np.int32], NDArray[np.float64]]:
    """(B, n) Plackett-Luce lists of the eligible items, and the chance of each place.

    The logits are ``sharpness`` (B,) × score. A standard Gumbel number is drawn for every item of
    every row; see `place_chances`.
    """
    items = np.empty((len(scores), n), dtype=np.int32)
    chances = np.empty(items.shape)
    # New memory for every block would cost more than the numbers in it.
    rooms = np.empty((2, min(block_height(scores.shape[1]), len(scores)), scores.shape[1]))
    for rows in row_blocks(scores.shape):
        logits, luck = rooms[:, : rows.stop - rows.start]
        logits[:] = scores[rows] + barred(eligible[rows], scores.dtype)
        # -inf stays what it is at sharpness 0, and beside a draw this is 0.
        logits *= np.maximum(sharpness[rows, None], _TINY)
        # A Gumbel number is -ln(-ln u); what is taken from the logits is its negative. What is
        # added to u is lost to rounding unless u is 0.
        rng.random(out=luck)
        luck += _TINY
        np.log(luck, out=luck)
        np.log(np.negative(luck, out=luck), out=luck)
        items[rows] = top_masked(np.subtract(logits, luck, out=luck), n=n)
        chances[rows] = _chances(items[rows], logits, room=luck)
    return items, chances


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
    masked = np.where(eligible, logits, -np.inf)
    return _chances(items, masked, room=np.empty_like(masked))


def _chances(
    items: NDArray[np.int32], masked: NDArray[np.float64], *, room: NDArray[np.float64]
) -> NDArray[np.float64]:
    """As `place_chances`, of logits that are -inf where not eligible; ``room`` is overwritten.

    What a place is drawn from is the weight of what the list leaves out, added up once, and of
    the list from that place on.
    """
    shown, rows = items >= 0, np.arange(len(items))[:, None]
    weights = _weights(masked, room=room)
    own = np.where(shown, weights[rows, items], 0)
    weights[np.nonzero(shown)[0], items[shown]] = 0
    total = np.cumsum(own[:, ::-1], axis=1)[:, ::-1] + weights.sum(axis=1, keepdims=True)
    chances = np.where(shown, own / np.maximum(total, _TINY), np.nan)
    faint = (shown & (total < _SMALL)).any(axis=1)
    if faint.any():
        chances[faint] = _careful_chances(items[faint], masked[faint])
    return chances


def _careful_chances(items: NDArray[np.int32], masked: NDArray[np.float64]) -> NDArray[np.float64]:
    """As `_chances`; the weights are taken anew for each place."""
    left, rows = masked.copy(), np.arange(len(items))
    chances = np.full(items.shape, np.nan)
    for place, item in enumerate(items.T):
        shown = rows[item >= 0]
        rest = left[shown]
        weights = _weights(rest, room=rest)
        own = weights[np.arange(len(shown)), item[shown]]
        chances[shown, place] = own / weights.sum(axis=1)
        left[shown, item[shown]] = -np.inf
    return chances


def _weights(masked: NDArray[np.float64], *, room: NDArray[np.float64]) -> NDArray[np.float64]:
    """Exp(logit - largest) a row, and as good as 0 where that is below `_LEAST`."""
    largest = masked.max(axis=1, keepdims=True)
    np.subtract(masked, np.where(np.isfinite(largest), largest, 0), out=room)
    # Numbers that underflow take ten times as long.
    np.maximum(room, _LEAST, out=room)
    return np.exp(room, out=room)
