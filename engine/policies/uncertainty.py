"""How much of what a policy shows is left to chance, person by person."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

__all__ = ["Uncertainty", "alike_entropy", "make_uncertainty"]


@dataclass(frozen=True, eq=False)
class Uncertainty:
    """Exact properties of the lists a policy could show to B people.

    Attributes
    ----------
    first_place_entropy
        (B,) entropy of the item in the first place over ln m, m the eligible items: in [0, 1], 0
        where nothing is left to chance, 1 where all items have the same chance. NaN below two
        eligible items.
    own_list_chance
        (B,) chance that the list is the model's own, in [0, 1]; NaN without an eligible item.
    """

    first_place_entropy: NDArray[np.float64]
    own_list_chance: NDArray[np.float64]


def make_uncertainty(
    entropy: NDArray[np.float64], own: NDArray[np.floating | np.bool_], eligible: NDArray[np.bool_]
) -> Uncertainty:
    """Divide (B,) entropies in nats by their largest; what means nothing becomes NaN."""
    count = np.count_nonzero(eligible, axis=1)
    largest = np.where(count > 1, np.log(np.maximum(count, 2)), np.nan)
    # Rounding must not make a certain place less than certain.
    share = np.maximum(entropy, 0) / largest
    return Uncertainty(share, np.where(count > 0, own, np.nan))


def alike_entropy(items: NDArray[np.integer], weights: NDArray[np.float64]) -> NDArray[np.float64]:
    """(B,) entropy in nats of one of (B, M) items, drawn by (M,) weights; equal ones count as one.

    Examples
    --------
    >>> alike_entropy(np.array([[4, 4, 7, 7]]), np.full(4, 0.25)).round(6).tolist()
    [0.693147]
    """
    mass = (items[:, :, None] == items[:, None, :]) @ weights
    return np.asarray(-np.log(np.where(weights > 0, mass, 1)) @ weights)
