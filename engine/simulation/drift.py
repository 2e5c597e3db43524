"""Whether tastes follow what is chosen: what a log can tell of it, and what it cannot."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from engine.dataset import Dataset
from engine.histories import Histories
from engine.simulation.tastes import Tastes, fit_tastes
from engine.simulation.users import UserBehaviour

__all__ = ["DRIFTS", "DriftFit", "fit_drift"]

DRIFTS = (0.0, 0.01, 0.02, 0.05, 0.1, 0.2)
"""The drifts that are tried."""


@dataclass(frozen=True)
class DriftFit:
    """How well each drift foretells the second half of everyone's history from the first.

    Attributes
    ----------
    drifts
        As tried.
    in_order, shuffled
        Bits an item over an even draw from the catalogue, with the second halves in the order of
        the log, and in a random order.
    """

    drifts: tuple[float, ...]
    in_order: tuple[float, ...]
    shuffled: tuple[float, ...]

    @property
    def best(self) -> float:
        """The drift that gains most from the order of the log; 0 where none gains.

        Tastes that follow what is chosen also foretell better because the first half says only so
        much of them. That gain is there in a random order too and is taken off.
        """
        gains = np.array(self.in_order) - np.array(self.shuffled)
        gains -= gains[self.drifts.index(0.0)]
        return self.drifts[int(np.argmax(gains))]


def fit_drift(
    log: Dataset, *, rng: np.random.Generator, drifts: tuple[float, ...] = DRIFTS
) -> DriftFit:
    """Try drifts on the second half of every history, step by step as a simulation would.

    Tastes are fitted on the first halves. A step is what someone takes from one list
    (`UserBehaviour.picks` items): it is foretold, and then tastes drift towards it.
    """
    histories = log.histories
    place = np.arange(len(histories.items)) - histories.indptr[histories.rows]
    early = place < histories.lengths[histories.rows] // 2
    tastes = fit_tastes(log.with_histories(histories.keep(early)), rng=rng)
    later = histories.keep(~early)
    order = np.lexsort((rng.random(len(later.items)), later.rows))
    mixed = replace(later, items=later.items[order])
    return DriftFit(
        drifts,
        *(
            tuple(_foretold(tastes, halves, drift=drift) for drift in drifts)
            for halves in (later, mixed)
        ),
    )


def _foretold(tastes: Tastes, later: Histories, *, drift: float) -> float:
    """Return bits an item over an even draw, while tastes drift."""
    picks = UserBehaviour().picks
    step = (np.arange(len(later.items)) - later.indptr[later.rows]) // picks
    total = 0.0
    for index in range(int(step.max(initial=-1)) + 1):
        now = step == index
        people: NDArray[np.int64] = later.rows[now]
        items = later.items[now]
        total += float(np.log2(_appeals(tastes, people, items)).sum())
        tastes = tastes.drifted(people, items, by=drift)
    return total / max(len(later.items), 1)


def _appeals(
    tastes: Tastes, people: NDArray[np.integer], items: NDArray[np.integer]
) -> NDArray[np.float64]:
    mixed = np.einsum("pz,zp->p", tastes.people[people], tastes.contents[:, items])
    return np.asarray(mixed + tastes.background)
