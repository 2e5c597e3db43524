"""Thompson sampling from a fixed number of posterior draws: the common part."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from engine.blocks import row_blocks
from engine.policies.base import Policy
from engine.policies.kept import keep
from engine.policies.rankings import begin_alike, draw_rankings
from engine.policies.slates import Slates, compared_slates
from engine.policies.standardise import standardise
from engine.policies.uncertainty import Uncertainty, alike_entropy, make_uncertainty
from engine.policies.width_search import WIDTHS, find_widths
from engine.ranking import top_n

__all__ = ["PARTICLES", "Thompson"]

PARTICLES = 32
# Bounds the (rows, M, I) draws that are in memory at once.
_BLOCK_ENTRIES = 1_000_000


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
        drawn = (PARTICLES * rng.random(len(scores))).astype(np.intp)
        items = np.empty((len(scores), n), dtype=np.int32)
        chances = np.empty(items.shape)
        for rows, totals in self._totals(draws, scores, eligible, rate=rate):
            items[rows], chances[rows] = draw_rankings(totals, drawn[rows], n=n)
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
        entropy, share = np.empty((2, len(scores)))
        own = top_n(scores, eligible, n=n)
        even = np.full(PARTICLES, 1 / PARTICLES)
        for rows, totals in self._totals(self._draw(rng), scores, eligible, rate=rate):
            entropy[rows] = alike_entropy(np.argmax(totals, axis=2), even)
            share[rows] = begin_alike(totals, own[rows])[:, :, -1].mean(axis=1)
        return make_uncertainty(entropy, share, eligible)

    def _totals(
        self,
        draws: NDArray[np.float64],
        scores: NDArray[np.floating],
        eligible: NDArray[np.bool_],
        *,
        rate: float,
    ) -> Iterator[tuple[NDArray[np.intp], NDArray[np.float32]]]:
        """Yield some rows at a time, and (b, M, I) values that M rankings go by; to be used up."""
        known = keep(
            self.context,
            self.name,
            lambda: self._prepare(draws, scores, eligible),
            of=(draws, scores, eligible),
        )
        size = max(1, _BLOCK_ENTRIES // (PARTICLES * scores.shape[1]))
        shape = (2, min(size, len(scores)), PARTICLES, scores.shape[1])
        room, spare = np.empty(shape, dtype=np.float32)
        # The products are small: threads would only wait for each other.
        with threadpool_limits(1, "blas"):
            for start in range(0, len(scores), size):
                rows = slice(start, min(start + size, len(scores)))
                noise = self._deviations(known.posterior, rows, room=spare)
                draw = _Draws(known.z[rows], noise, room)
                place = find_widths(known.entropy[rows], draw.first_entropy, rate=rate)
                everyone = np.arange(len(place))
                yield start + everyone, draw.totals(everyone, WIDTHS[place])

    def _prepare(
        self,
        draws: NDArray[np.float64],
        scores: NDArray[np.floating],
        eligible: NDArray[np.bool_],
    ) -> _Known:
        z = np.empty(scores.shape, dtype=np.float32)
        for rows in row_blocks(scores.shape):
            z[rows] = np.where(eligible[rows], standardise(scores[rows], eligible[rows]), -np.inf)
        unknown = np.full((len(scores), len(WIDTHS)), np.nan)
        return _Known(z, self._posterior(draws), unknown)

    @abstractmethod
    def _draw(self, rng: np.random.Generator) -> NDArray[np.float64]:
        """(M, …) draws that do not hang on the person or the rate."""

    @abstractmethod
    def _posterior(self, draws: NDArray[np.float64]) -> NDArray[np.float32]:
        """Work out of the draws, once for all rates, what `_deviations` takes."""

    @abstractmethod
    def _deviations(
        self, posterior: NDArray[np.float32], rows: slice, *, room: NDArray[np.float32]
    ) -> NDArray[np.float32]:
        """(b or 1, M, I) centred posterior draws for some rows of the context.

        They may be written to ``room``, of b rows at least, which the next call overwrites.
        """


@dataclass(frozen=True, eq=False)
class _Known:
    """What the rate has no part in, so that the next rate finds it.

    (B, I) standardised scores, -inf where not eligible; what `_posterior` gave; and the (B, 65)
    entropies of the first place at `WIDTHS`, NaN where not yet known.
    """

    z: NDArray[np.float32]
    posterior: NDArray[np.float32]
    entropy: NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class _Draws:
    """(b, I) standardised scores, -inf where not eligible; (b or 1, M, I) deviations; and room."""

    z: NDArray[np.float32]
    noise: NDArray[np.float32]
    room: NDArray[np.float32]

    def totals(self, rows: NDArray[np.intp], width: NDArray[np.float64]) -> NDArray[np.float32]:
        """(c, M, I) z + width × noise of some of the rows; the next call overwrites it."""
        everyone = len(self.noise) == 1 or len(rows) == len(self.noise)
        noise = self.noise if everyone else self.noise[rows]
        scale = width.astype(np.float32)[:, None, None]
        totals = np.multiply(noise, scale, out=self.room[: len(rows)])
        totals += self.z[rows, None]
        return totals

    def first_entropy(
        self, rows: NDArray[np.intp], width: NDArray[np.float64]
    ) -> NDArray[np.float64]:
        """(c,) entropy in nats of the item that M draws put first."""
        winners = np.argmax(self.totals(rows, width), axis=2)
        return alike_entropy(winners, np.full(PARTICLES, 1 / PARTICLES))
