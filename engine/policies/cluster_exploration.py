"""Epsilon-greedy that explores in clusters of items the person has hardly touched."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from engine.histories import Histories
from engine.policies.base import Policy
from engine.policies.meaning import Meaning
from engine.policies.per_slot import choose_per_slot, measure_per_slot
from engine.policies.slates import Slates
from engine.policies.uncertainty import Uncertainty

__all__ = ["ClusterExploration", "hardly_touched"]

_HARDLY = 0.5


class ClusterExploration(Policy):
    """In each place: with chance ``rate`` any item of a hardly touched cluster, else the best one.

    An item's cluster is its rarest category. A cluster is hardly touched where its share of the
    person's history is below half its share of the log; a person to whom no such cluster has
    an item left explores among everything. The chances are those of `engine.policies.per_slot`.

    Notes
    -----
    The idea of strata a person rarely engages with follows arXiv 2507.21884, there with clusters
    of text embeddings; see `InterestExploration`.
    """

    name = "cluster-exploration"
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
        return choose_per_slot(scores, eligible, self._open(eligible), n=n, rate=rate, rng=rng)

    def _measure(
        self,
        scores: NDArray[np.floating],
        eligible: NDArray[np.bool_],
        *,
        n: int,
        rate: float,
        rng: np.random.Generator,
    ) -> Uncertainty:
        return measure_per_slot(scores, eligible, self._open(eligible), n=n, rate=rate)

    def _open(self, eligible: NDArray[np.bool_]) -> NDArray[np.bool_]:
        """(B, I) what an exploring place may take."""
        strata = eligible & self._strata()
        return np.where(strata.any(axis=1, keepdims=True), strata, eligible)

    def _strata(self) -> NDArray[np.bool_]:
        """(B, I) items to explore among, where any of them is left."""
        clusters, size = self.context.clusters, self.context.categories.shape[1]
        found = hardly_touched(clusters, size, self.context.histories, self.context.popularity)
        return np.asarray(found[:, clusters])

    @classmethod
    def _meaning(cls, rate: float, n: int) -> Meaning:
        return Meaning(
            "On average {places} of {n} places are drawn by chance from kinds of items the person "
            "has hardly touched.",
            places=rate * n,
            n=n,
        )


def hardly_touched(
    clusters: NDArray[np.int64], count: int, histories: Histories, popularity: NDArray[np.int64]
) -> NDArray[np.bool_]:
    """(B, C + 1) true for clusters whose share of a history is below half its share of the log.

    The last column, that of items without a cluster (-1), never is.
    """
    size = count + 1
    cells = histories.rows * size + clusters[histories.items] % size
    mine = np.bincount(cells, minlength=len(histories) * size).reshape(-1, size)
    usual = np.bincount(clusters % size, weights=popularity, minlength=size)
    shares = mine / np.maximum(histories.lengths, 1)[:, None]
    touched: NDArray[np.bool_] = shares >= _HARDLY * usual / max(usual.sum(), 1)
    touched[:, -1] = True
    return ~touched
