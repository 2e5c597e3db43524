"""Thompson sampling from a fixed number of posterior draws: the common part."""

from __future__ import annotations

from abc import abstractmethod

import numpy as np
from numpy.typing import NDArray

from engine.policies.base import Policy
from engine.policies.mixture import draw_lists
from engine.policies.slates import Slates, explored_places, make_slates
from engine.policies.standardise import standardise
from engine.ranking import top_n

__all__ = ["PARTICLES", "Thompson"]

PARTICLES = 32
# Bounds the (rows, M, I) draws that are in memory at once.
_BLOCK_ENTRIES = 250_000
# From "the model alone" to "the draws alone", in units of the standardised score.
_NARROWEST, _WIDEST = 0.03, 100.0
_HALVINGS = 6


class Thompson(Policy):
    """M draws of what the model does not know; a list is the ranking of one of them.

    Draw m ranks by z_i + a d_mi: z the person's scores, standardised over the eligible items, d_m
    a draw from the posterior, centred, and a how wide the posterior is taken to be. The M draws
    are shared by all people; each list takes one of its M rankings with the same chance, so that
    the chance of each place is exact for this policy of M particles: the share of rankings with
    the item there among those that begin alike.

    a is each person's own: at the rate r the first place has r times the entropy it has at the
    widest. It is found by halving, up to what M rankings can express. All places of a list
    hang on one draw, so that they are not independent.
    """

    stochastic = True
    draws_by_row = False

    def _choose(
        self,
        scores: NDArray[np.floating],
        eligible: NDArray[np.bool_],
        *,
        n: int,
        rate: float,
        rng: np.random.Generator,
    ) -> Slates:
        draws = self._draw(rng)
        luck = rng.random(len(scores))
        lists = np.empty((len(scores), PARTICLES, n), dtype=np.int32)
        size = max(1, _BLOCK_ENTRIES // (PARTICLES * scores.shape[1]))
        for start in range(0, len(scores), size):
            rows = np.arange(start, min(start + size, len(scores)))
            z = standardise(scores[rows], eligible[rows]).astype(np.float32)
            noise = self._deviations(draws, rows)
            width = _find_width(np.where(eligible[rows], z, -np.inf), noise, rate=rate)
            totals = (z[:, None] + width[:, None, None] * noise).reshape(-1, z.shape[1])
            open_to = np.repeat(eligible[rows], PARTICLES, axis=0)
            lists[rows] = top_n(totals, open_to, n=n).reshape(len(rows), PARTICLES, n)
        weights = np.full(PARTICLES, 1 / PARTICLES)
        items, chances = draw_lists(lists, weights, luck=luck)
        return make_slates(
            items,
            scores,
            propensities=chances,
            explored=explored_places(items, scores, eligible),
        )

    @abstractmethod
    def _draw(self, rng: np.random.Generator) -> NDArray[np.float64]:
        """(M, …) draws that do not hang on the person or the rate."""

    @abstractmethod
    def _deviations(
        self, draws: NDArray[np.float64], rows: NDArray[np.intp]
    ) -> NDArray[np.float32]:
        """(b or 1, M, I) centred posterior draws for some rows of the context."""


def _find_width(
    z: NDArray[np.float32], noise: NDArray[np.float32], *, rate: float
) -> NDArray[np.float32]:
    """(b,) a of each row: the entropy over M of the first place is rate times the largest."""
    low = np.full(len(z), np.log(_NARROWEST))
    high = np.full(len(z), np.log(_WIDEST))
    above = _first_entropy(z, noise, np.exp(high))
    if rate == 1:
        return np.asarray(np.exp(high), dtype=np.float32)
    target, below = rate * above, np.zeros(len(z))
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        entropy = _first_entropy(z, noise, np.exp(middle))
        over = entropy > target
        low, high = np.where(over, low, middle), np.where(over, middle, high)
        below, above = np.where(over, below, entropy), np.where(over, entropy, above)
    # M rankings have steps of entropy: the nearer step.
    width = np.where(above - target < target - below, high, low)
    return np.asarray(np.exp(width), dtype=np.float32)


def _first_entropy(
    z: NDArray[np.float32], noise: NDArray[np.float32], width: NDArray[np.float64]
) -> NDArray[np.float64]:
    """(b,) entropy in nats of the item that M draws put first."""
    totals = width.astype(np.float32)[:, None, None] * noise
    totals += z[:, None]
    winners = np.argmax(totals, axis=2)
    alike = (winners[:, :, None] == winners[:, None, :]).mean(axis=2)
    entropy: NDArray[np.float64] = -np.log(alike).mean(axis=1)
    return entropy
