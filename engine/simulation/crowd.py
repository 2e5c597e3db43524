"""The people of a simulated world as they are before a round, and what a round makes of them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.histories import Histories
from engine.policies.slates import Slates
from engine.simulation.tastes import Tastes
from engine.simulation.users import UserBehaviour

__all__ = ["Crowd"]


@dataclass(frozen=True, eq=False)
class Crowd:
    """U people before a round.

    Attributes
    ----------
    histories
        What each of them has had so far.
    tastes
        What they like now.
    present
        (U,) false once someone has left for good.
    recent
        (U, boredom) item rows chosen last, newest first, -1 before the first.
    available
        (I,) true where the item is there already; None = all are.
    """

    histories: Histories
    tastes: Tastes
    present: NDArray[np.bool_]
    recent: NDArray[np.int32]
    available: NDArray[np.bool_] | None = None

    @staticmethod
    def gather(histories: Histories, tastes: Tastes, *, behaviour: UserBehaviour) -> Crowd:
        """Everyone is there, and has chosen nothing yet."""
        recent = np.full((len(histories), behaviour.boredom), -1, dtype=np.int32)
        return Crowd(histories, tastes, np.ones(len(histories), dtype=bool), recent)

    def eligible(self, rows: slice = slice(None)) -> NDArray[np.bool_]:
        """(b, I) true where the item is there and the person has not had it."""
        start, stop, _ = rows.indices(len(self.histories))
        fresh = ~self.histories.take(np.arange(start, stop)).seen()
        return fresh if self.available is None else fresh & self.available

    def after(
        self,
        slates: Slates,
        clicked: NDArray[np.bool_],
        *,
        behaviour: UserBehaviour,
        weight: float,
        categories: NDArray[np.bool_],
    ) -> Crowd:
        """Return the same people when they have chosen.

        Choices join the histories with that weight, in the order of the list; tastes drift; who
        is bored leaves. ``categories`` (I, C) is true where the item is in the category.
        """
        people, items = np.nonzero(clicked)[0], slates.items[clicked]
        recent, present = self.recent, self.present
        for place in range(clicked.shape[1] if behaviour.boredom else 0):
            took = clicked[:, place]
            recent = np.where(
                took[:, None], np.column_stack([slates.items[:, place], recent[:, :-1]]), recent
            )
        if behaviour.boredom:
            present = present & ~_bored(recent, categories)
        return Crowd(
            self.histories.append(people, items, weight=weight),
            self.tastes.drifted(people, items, by=behaviour.drift),
            present,
            recent,
            self.available,
        )


def _bored(recent: NDArray[np.int32], categories: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """(U,) true where there are as many recent choices as it takes, all of one category."""
    shared = np.asarray(categories[recent].all(axis=1))
    return np.asarray(shared.any(axis=1) & (recent >= 0).all(axis=1))
