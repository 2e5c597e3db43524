"""FA*IR: enough items of the protected groups in every prefix of the list."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from engine.policies.base import Policy
from engine.policies.meaning import Meaning
from engine.policies.minimum_targets import adjusted_targets
from engine.policies.slates import Slates, compared_slates
from engine.ranking import top_n

__all__ = ["FaIR", "meet_targets"]

_ALPHA = 0.1


class FaIR(Policy):
    """Places the best item left, or the best protected one where a prefix would miss its target.

    Protected is what is outside the provider group with the most interactions. The targets are
    those of `engine.policies.minimum_targets` at level 0.1 for p = rate × the protected share of
    the catalogue: at rate 1 a list must look as if drawn evenly from it. A list that meets every
    target stays as it is; a person with too few protected items gets all there are.

    Notes
    -----
    Zehlike, Bonchi, Castillo, Hajian, Megahed and Baeza-Yates, CIKM 2017.
    """

    name = "fa-ir"
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
        protected = self.context.protected
        table = adjusted_targets(n, p=rate * float(protected.mean()), alpha=_ALPHA)
        items = meet_targets(scores, eligible, protected, targets=table.targets)
        return compared_slates(items, scores, eligible, propensities=np.ones(items.shape))

    @classmethod
    def _meaning(cls, rate: float, n: int) -> Meaning:
        return Meaning(
            "Every beginning of the list holds enough items of the less used provider groups for "
            "{percent}% of their share of the catalogue; nothing is left to chance.",
            percent=100 * rate,
        )


def meet_targets(
    scores: NDArray[np.floating],
    eligible: NDArray[np.bool_],
    protected: NDArray[np.bool_],
    *,
    targets: tuple[int, ...],
) -> NDArray[np.int32]:
    """(B, n) the model's order, with protected items moved up where a prefix needs them.

    Examples
    --------
    >>> scores = np.array([[4.0, 3.0, 2.0, 1.0]])
    >>> late = np.array([False, False, False, True])
    >>> meet_targets(scores, scores > 0, late, targets=(0, 1, 1)).tolist()
    [[0, 3, 1]]
    """
    n = len(targets)
    anyone = top_n(scores, eligible, n=n)
    first = top_n(scores, eligible & protected, n=n)
    items = np.full(anyone.shape, -1, dtype=np.int32)
    held = np.zeros(len(scores), dtype=np.int64)
    rows = np.arange(len(scores))
    for place, target in enumerate(targets):
        best = anyone[rows, np.argmax(anyone >= 0, axis=1)]
        wanted = first[rows, np.argmax(first >= 0, axis=1)]
        item = np.where((held < target) & (wanted >= 0), wanted, best)
        items[:, place] = item
        held += (item >= 0) & protected[item]
        anyone[anyone == item[:, None]] = -1
        first[first == item[:, None]] = -1
    return items
