"""Cuts: histories that lack the first or the last of an ordering, and how a target stands then."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit, softmax

from engine.explanations.rescoring import places_of
from engine.histories import Histories
from engine.models.base import Recommender

__all__ = [
    "PROTOCOLS",
    "SHARES",
    "Stands",
    "chunks",
    "cut_masks",
    "eleven_cuts",
    "one_to_five",
    "outputs_of",
    "share_sizes",
    "stand",
]

# Bounds the (rows, I) scores that are in memory at once.
_BLOCK = 512
_BINS, _FEW = 10, 5
# Of comprehensiveness and sufficiency.
SHARES = (0.01, 0.05, 0.1, 0.2, 0.5)


@dataclass(frozen=True, eq=False)
class Stands:
    """How the target stands for M histories.

    Attributes
    ----------
    ranks
        (M,) from 1, among the items that were not in the whole history; ties: the lower row first.
    outputs
        (M,) the chance of the target as the model reads its score, or else the score.
    scores
        (M,) its raw score.
    """

    ranks: NDArray[np.int64]
    outputs: NDArray[np.float64]
    scores: NDArray[np.float64]

    def split(self, lengths: Sequence[int]) -> list[Stands]:
        """Return the parts of so many histories each, in their order."""
        stops = np.cumsum(lengths)
        return [
            Stands(self.ranks[a:b], self.outputs[a:b], self.scores[a:b])
            for a, b in zip(stops - lengths, stops, strict=True)
        ]


def eleven_cuts(n: int) -> NDArray[np.int64]:
    """(11,) how many of n items are gone at 0%, 10%, ... 100%: ten bins, the longer ones first.

    Examples
    --------
    >>> eleven_cuts(12).tolist()
    [0, 2, 4, 5, 6, 7, 8, 9, 10, 11, 12]
    """
    return np.concatenate([[0], chunks(n)])


def one_to_five(n: int) -> NDArray[np.int64]:
    """(5,) one to five of n items, never more than there are."""
    return np.minimum(np.arange(1, _FEW + 1), n)


def chunks(n: int) -> NDArray[np.int64]:
    """(10,) how many of n items are gone after each of ten bins, the longer ones first."""
    longer = n % _BINS
    return np.cumsum(n // _BINS + (np.arange(_BINS) < longer))


def share_sizes(n: int) -> NDArray[np.int64]:
    """(5,) how many items are the first 1, 5, 10, 20 and 50% of n, rounded up."""
    return np.ceil(np.array(SHARES) * n - 1e-9).astype(np.int64)


# LXR (WWW 2024), the refined cuts of FidelityMetrics4XRec (SIGIR 2025), CFExpRec (SIGIR 2026).
PROTOCOLS: Mapping[str, Callable[[int], NDArray[np.int64]]] = {
    "lxr": eleven_cuts,
    "refined": one_to_five,
    "cfexprec": chunks,
}


def cut_masks(order: NDArray[np.integer], sizes: NDArray[np.integer]) -> NDArray[np.bool_]:
    """(3, C, P) what is left: without the first, without the last, with the first alone.

    Parameters
    ----------
    order
        (P,) places in the history, first what spoke most for the target.
    sizes
        (C,) how many are first, or last.

    Examples
    --------
    >>> cut_masks(np.array([2, 0, 1]), np.array([1])).astype(int).tolist()
    [[[1, 1, 0]], [[1, 0, 1]], [[0, 0, 1]]]
    """
    place = np.argsort(order)
    first = place < sizes[:, None]
    last = place >= len(order) - sizes[:, None]
    return np.stack([~first, ~last, first])


def stand(model: Recommender, history: Histories, target: int, kept: NDArray[np.bool_]) -> Stands:
    """Ask how the target stands for each of M parts of one history, given as (M, P) masks.

    Items of the whole history stay out of the ranking. A part is asked about once, however often
    it is given.
    """
    _, places, back = np.unique(
        np.packbits(kept, axis=1), axis=0, return_index=True, return_inverse=True
    )
    parts, listed = kept[places], ~history.seen()
    ranks, (outputs, own) = np.empty(len(parts), dtype=np.int64), np.empty((2, len(parts)))
    for start in range(0, len(parts), _BLOCK):
        block = slice(start, start + _BLOCK)
        copies = history.take(np.zeros(len(parts[block]), dtype=np.int64))
        scores = model.score(copies.keep(parts[block].ravel())).astype(np.float64)
        ranks[block] = places_of(scores, listed, target)
        outputs[block] = outputs_of(model, scores, np.array([target]))[:, 0]
        own[block] = scores[:, target]
    back = back.reshape(-1)
    return Stands(ranks[back], outputs[back], own[back])


def outputs_of(
    model: Recommender, scores: NDArray[np.float64], rows: NDArray[np.integer]
) -> NDArray[np.float64]:
    """(M, A) what the model says of some items: a chance where it declares one, else the score."""
    chance = model.capabilities.chance
    if chance == "sigmoid":
        return np.asarray(expit(scores[:, rows]))
    if chance == "softmax":
        return np.asarray(softmax(scores, axis=1)[:, rows])
    return scores[:, rows]
