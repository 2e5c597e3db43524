"""LinUCB and its neural-linear sister: what could be good, as far as anyone knows."""

from __future__ import annotations

from abc import abstractmethod

import numpy as np
from numpy.typing import NDArray

from engine.policies.base import Policy
from engine.policies.kept import keep
from engine.policies.meaning import Meaning
from engine.policies.posterior import mean_vectors, own_precisions, shared_precision, widths
from engine.policies.slates import Slates, compared_slates
from engine.policies.standardise import standardise
from engine.ranking import top_n

__all__ = ["LinUCB", "NeuralLinearUCB", "UpperConfidence"]


class UpperConfidence(Policy):
    """Ranks by (1 - rate) z(score) + rate z(width), z standardised over the eligible items.

    This is the order of score + alpha · width with alpha = rate / (1 - rate) · sd(score) /
    sd(width). Nothing is left to chance.
    """

    stochastic = False

    def _choose(
        self,
        scores: NDArray[np.floating],
        eligible: NDArray[np.bool_],
        *,
        n: int,
        rate: float,
        rng: np.random.Generator,
    ) -> Slates:
        z, width = keep(
            self.context,
            self.name,
            lambda: (standardise(scores, eligible), standardise(self._widths(), eligible)),
            of=(scores, eligible),
        )
        hope = (1 - rate) * z + rate * width
        items = top_n(hope, eligible, n=n)
        return compared_slates(items, scores, eligible, propensities=np.ones(items.shape))

    @abstractmethod
    def _widths(self) -> NDArray[np.float64]:
        """(B, I) how uncertain the score of each item is."""

    @classmethod
    def _meaning(cls, rate: float, n: int) -> Meaning:
        return Meaning(
            "How little is known of an item counts {percent}% and the score the rest; nothing is "
            "left to chance.",
            percent=100 * rate,
        )


class LinUCB(UpperConfidence):
    """The width is sqrt(xᵀ A⁻¹ x), A = I + XᵀX, X the vectors of the items in the history.

    Notes
    -----
    Li, Chu, Langford and Schapire, WWW 2010, with the model's score as the mean.
    """

    name = "linucb"

    def _widths(self) -> NDArray[np.float64]:
        vectors, histories = self.context.embeddings, self.context.histories
        precisions = own_precisions(vectors, histories, rows=np.arange(len(histories)))
        return widths(vectors, np.linalg.inv(precisions).astype(np.float64, copy=False))


class NeuralLinearUCB(UpperConfidence):
    """The width is sqrt(xᵀ A⁻¹ x) with x = item vector × mean vector of the history, by entries.

    A = I + sum of x xᵀ over the whole log is shared by everyone, so that the width tells what
    nobody's history says of such a pair. A person without a history gets the model's own list.

    Notes
    -----
    The Bayesian linear head of Riquelme, Tucker and Snoek, ICLR 2018, over the model's vectors.
    """

    name = "neural-linear-ucb"

    def _widths(self) -> NDArray[np.float64]:
        vectors = self.context.embeddings
        covariance = np.linalg.inv(shared_precision(vectors, self.context.dataset.histories))
        means = mean_vectors(vectors, self.context.histories)
        return widths(vectors, means[:, :, None] * covariance * means[:, None, :])
