"""Why this item above that one, and why this whole list."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from engine.explanations.attribution import explain, explain_each
from engine.explanations.explanation import Explanation, Method
from engine.explanations.question import Effort
from engine.histories import Histories
from engine.models.base import Recommender
from engine.ranking import top_n

__all__ = ["SlateReasons", "explain_above", "explain_slate"]


@dataclass(frozen=True, eq=False)
class SlateReasons:
    """What the history gives a whole list beside what just missed it.

    Attributes
    ----------
    items, competitors
        Rows of the list, best place first, and of those it is held against.
    base_value, score
        Without any history, and with all of it: Σ over places of d_r × score - the competitors'
        mean, where d_r = 1/log2(1 + r), scaled to add up to 1.
    method, players, contributions
        As in `Explanation`.
    standard_errors
        (P,) no smaller than the true ones: errors of places are added up.
    draws
        As in `Explanation`.
    evaluations
        Histories the model scored.
    """

    items: tuple[int, ...]
    competitors: tuple[int, ...]
    method: Method
    base_value: float
    score: float
    players: NDArray[np.int32]
    contributions: NDArray[np.float64]
    standard_errors: NDArray[np.float64] | None
    draws: int | None
    evaluations: int

    @property
    def as_margin(self) -> Explanation:
        """The same as an explanation of the margin game, with the first item as its target."""
        return Explanation(
            method=self.method,
            game="margin",
            target=self.items[0],
            base_value=self.base_value,
            score=self.score,
            players=self.players,
            contributions=self.contributions,
            standard_errors=self.standard_errors,
            evaluations=self.evaluations,
            competitors=self.competitors,
            draws=self.draws,
        )


def explain_above(
    model: Recommender,
    history: Histories,
    upper: int,
    *,
    lower: int,
    method: Method | Literal["auto"] = "auto",
    rng: np.random.Generator | None = None,
    effort: Effort | None = None,
) -> Explanation:
    """Explain by how much one item's score lies above another's.

    The base value is what the two differ by for the empty history; positive contributions favour
    the upper item, negative ones the lower. Sampled errors are those of the difference. Where a
    policy and not the score put one above the other, the score does not explain it.
    """
    return explain(
        model,
        history,
        upper,
        method=method,
        game="margin",
        competitors=[lower],
        rng=rng,
        effort=effort,
    )


def explain_slate(
    model: Recommender,
    history: Histories,
    items: Sequence[int],
    *,
    n_competitors: int = 10,
    method: Method | Literal["auto"] = "auto",
    rng: np.random.Generator | None = None,
    effort: Effort | None = None,
) -> SlateReasons:
    """Explain a whole list by its discounted scores above the best items it leaves out.

    Shapley values are linear in the game, so these are the discounted sums of the margins of each
    place; the competitors are found once, from the whole history, which costs one evaluation more.

    Raises
    ------
    OptionError
        An item is outside the catalogue or in the history, or none is left to compare with.
    """
    rows = [int(item) for item in items]
    free = ~history.seen()
    free[0, rows] = False
    best = top_n(model.score(history), free, n=n_competitors)[0]
    competitors = tuple(best[best >= 0].tolist())
    each = explain_each(
        model,
        history,
        targets=rows,
        method=method,
        game="margin",
        competitors=competitors,
        rng=rng,
        effort=effort,
    )
    discount = 1 / np.log2(np.arange(len(rows)) + 2)
    weights = discount / discount.sum()
    errors = [one.standard_errors for one in each if one.standard_errors is not None]
    return SlateReasons(
        items=tuple(rows),
        competitors=competitors,
        method=each[0].method,
        base_value=float(weights @ [one.base_value for one in each]),
        score=float(weights @ [one.score for one in each]),
        players=each[0].players,
        contributions=weights @ np.array([one.contributions for one in each]),
        standard_errors=weights @ np.array(errors) if errors else None,
        draws=each[0].draws,
        evaluations=each[0].evaluations + 1,
    )
