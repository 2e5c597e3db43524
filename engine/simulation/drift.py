"""How far tastes follow what is chosen: the drift whose made-up logs are as ordered as the log."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from statistics import fmean

import numpy as np
from numpy.typing import NDArray

from engine.dataset import Dataset
from engine.histories import Histories
from engine.simulation.tastes import USUAL_TASTES, Tastes, TasteSettings, fit_mixture
from engine.simulation.users import UserBehaviour

__all__ = ["DRIFTS", "DriftFit", "fit_drift"]

DRIFTS = (0.0, 0.05, 0.1, 0.2, 0.3, 0.5, 0.7, 1.0)
"""The drifts of the made-up logs: all of the range, so that no fit lies beyond their end."""
# Drifts among which the one that foretells best is sought; beyond .5 none does.
_TRIED = (0.0, 0.05, 0.1, 0.2, 0.3, 0.5)
# More people make a fit longer and hardly surer.
_MOST_PEOPLE = 400
# As many made-up choices at each drift as it takes for their gain to be sure, in several logs.
_CHOICES = 20_000
_PICKS = UserBehaviour().picks


@dataclass(frozen=True)
class DriftFit:
    """What the order of a log is worth, and what it is worth in made-up logs of known drift.

    Attributes
    ----------
    drifts
        Of the made-up logs, rising from 0.
    gains
        Of each of them, in bits an item: how much better the second half of every history can be
        foretold in its order than in a random order.
    logged
        The same of the log.
    """

    drifts: tuple[float, ...]
    gains: tuple[float, ...]
    logged: float

    @property
    def best(self) -> float:
        """The drift at which made-up logs gain as much as the log; between two of them, on a line.

        0 where the log gains no more than one without drift; where it gains as much as any, the
        drift that gains most. Any reason for choices of one kind to
        stand together counts as drift, a page that lists films by genre among them, so it is the
        most that the log allows for.
        """
        if self.is_beyond:
            return self.drifts[int(np.argmax(self.gains))]
        rising = np.maximum.accumulate(self.gains)
        return round(float(np.interp(self.logged, rising, self.drifts)), 3)

    @property
    def is_beyond(self) -> bool:
        """Whether the order of the log is worth all that of the best made-up log, or more."""
        return self.logged >= max(self.gains)


def fit_drift(
    log: Dataset,
    *,
    rng: np.random.Generator,
    settings: TasteSettings = USUAL_TASTES,
    drifts: tuple[float, ...] = DRIFTS,
    progress: Callable[[int, int], None] | None = None,
) -> DriftFit:
    """Make logs of each drift as long as this one, and compare what their order is worth.

    Foretelling alone cannot tell: tastes fitted on half a log are uncertain, and following what is
    chosen mends that in a log without drift too, in any order. So the gain of the order is
    measured alike in the log and in made-up ones, whose drift is known (indirect inference;
    Gourieroux, Monfort & Renault 1993). A step is what someone takes from one list
    (`UserBehaviour.picks` items).

    Parameters
    ----------
    log
        Histories of more than a few items. Of more than 400 people, 400 are drawn.
    rng
        Draws people, tastes and made-up logs.
    settings
        How tastes are fitted.
    drifts
        Rising, from 0.
    progress
        Told at the start and after each log that was measured how many are, and how many there
        are in all; what it raises stops the fit.
    """
    people = rng.permutation(log.n_users)[:_MOST_PEOPLE]
    histories = log.histories.take(np.sort(people))
    tastes = fit_mixture(histories, rng=rng, settings=settings)
    gain = partial(_order_gain, rng=rng, settings=settings)
    repeats = max(1, _CHOICES // max(len(histories.items), 1))
    total = len(drifts) * repeats + 1
    tell = progress or (lambda _done, _total: None)
    found: list[float] = []
    for drift in np.repeat(drifts, repeats).tolist():
        tell(len(found), total)
        found.append(gain(_made_up(tastes, histories.lengths, drift=drift, rng=rng)))
    tell(len(found), total)
    gains = [fmean(found[begin : begin + repeats]) for begin in range(0, len(found), repeats)]
    logged = gain(histories)
    tell(total, total)
    return DriftFit(drifts, tuple(gains), logged)


def _made_up(
    tastes: Tastes, lengths: NDArray[np.int64], *, drift: float, rng: np.random.Generator
) -> Histories:
    """Histories of these lengths, chosen from the whole catalogue by tastes that drift."""
    owners, chosen = [], []
    open_to = np.ones(tastes.shape, dtype=bool)
    for taken in range(0, int(lengths.max(initial=0)), _PICKS):
        here = np.flatnonzero(lengths > taken)
        # The largest of logarithm plus Gumbel noise are drawn by appeal.
        pull = np.log(tastes.appeals(here)) + rng.gumbel(size=(len(here), tastes.shape[1]))
        pull[~open_to[here]] = -np.inf
        items = np.argpartition(-pull, _PICKS - 1, axis=1)[:, :_PICKS].ravel()
        people = np.repeat(here, _PICKS)
        kept = open_to[people, items]
        open_to[people, items] = False
        owners.append(people[kept])
        chosen.append(items[kept])
        tastes = tastes.drifted(people, items, by=drift)
    empty = Histories.empty(len(lengths), n_items=tastes.shape[1])
    return empty.append(np.concatenate(owners), np.concatenate(chosen))


def _order_gain(
    histories: Histories, *, rng: np.random.Generator, settings: TasteSettings
) -> float:
    """Bits an item by which second halves are foretold better in order than in a random one."""
    place = np.arange(len(histories.items)) - histories.indptr[histories.rows]
    early = place < histories.lengths[histories.rows] // 2
    tastes = fit_mixture(histories.keep(early), rng=rng, settings=settings)
    later = histories.keep(~early)
    order = np.lexsort((rng.random(len(later.items)), later.rows))
    mixed = replace(later, items=later.items[order])
    in_order, shuffled = (
        max(_foretold(tastes, halves, drift=drift) for drift in _TRIED) for halves in (later, mixed)
    )
    return in_order - shuffled


def _foretold(tastes: Tastes, later: Histories, *, drift: float) -> float:
    """Return bits an item over an even draw, while tastes drift."""
    total = 0.0
    for people, items in _steps(later):
        total += float(np.log2(_appeals(tastes, people, items)).sum())
        tastes = tastes.drifted(people, items, by=drift)
    return total / max(len(later.items), 1)


def _steps(later: Histories) -> Iterator[tuple[NDArray[np.int64], NDArray[np.int32]]]:
    step = (np.arange(len(later.items)) - later.indptr[later.rows]) // _PICKS
    for index in range(int(step.max(initial=-1)) + 1):
        now = step == index
        yield later.rows[now], later.items[now]


def _appeals(
    tastes: Tastes, people: NDArray[np.integer], items: NDArray[np.integer]
) -> NDArray[np.float64]:
    mixed = np.einsum("pz,zp->p", tastes.people[people], tastes.contents[:, items])
    return np.asarray(mixed + tastes.background)
