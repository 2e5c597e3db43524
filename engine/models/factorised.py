"""Scores whose parts act alone and in pairs, laid open for an exact explanation."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from engine.histories import Histories

__all__ = ["FactorisationForm", "Factorised"]

Feature = tuple[str, str]


@dataclass(frozen=True, eq=False)
class FactorisationForm:
    """One target's score as a function of which of P players are there.

    v(S) = base + Σ_{j in S} w_j + Σ_{j < k in S} (⟨l_j, r_k⟩ + ⟨l_k, r_j⟩)

    With l = r = x / √2 this is the factorisation machine with all pairs, whose pairs count
    ⟨x_j, x_k⟩; with r = 0 on one side and l = 0 on the other, the one with pairs across alone.

    Attributes
    ----------
    base
        The score when nobody is there.
    weights
        (P,) w_j.
    lefts, rights
        (P, d) l_j and r_j.
    """

    base: float
    weights: NDArray[np.float64]
    lefts: NDArray[np.float64]
    rights: NDArray[np.float64]

    def values(self, present: NDArray[np.bool_]) -> NDArray[np.float64]:
        """(M,) the score for M subsets, given as (M, P) masks of who is there."""
        there = present.astype(np.float64)
        own = (self.lefts * self.rights).sum(axis=1)
        across = ((there @ self.lefts) * (there @ self.rights)).sum(axis=1)
        found: NDArray[np.float64] = self.base + there @ (self.weights - own) + across
        return found


@runtime_checkable
class Factorised(Protocol):
    """A model that can lay its scores open; see `engine.explanations.factorisation`."""

    def history_form(self, history: Histories, target: int) -> FactorisationForm:
        """Players are the items of one history, in its order; attributes belong to the base."""
        ...

    def attribute_form(
        self, history: Histories, target: int
    ) -> tuple[tuple[Feature, ...], FactorisationForm]:
        """Players are (field, value) of the person, her moment and the target; names and form.

        The whole history is one player, ("history", number of items).
        """
        ...
