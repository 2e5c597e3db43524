"""Orderings of a history by name: every method of explanation, and every baseline."""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

import numpy as np
from numpy.typing import NDArray

from engine.errors import UnknownNameError
from engine.explanations.attribution import explain
from engine.explanations.baselines import BASELINES, Task
from engine.explanations.explanation import Explanation, Method
from engine.explanations.methods import METHODS

__all__ = ["MARGIN", "ORDERINGS", "Ordering", "check_orderings", "order_history"]

MARGIN = "margin:"
ORDERINGS = (*BASELINES, "auto", *METHODS)


@dataclass(frozen=True, eq=False)
class Ordering:
    """What one method makes of a history.

    Attributes
    ----------
    values
        (P,) higher is taken away first.
    order
        (P,) places in the history, highest first; ties in an order drawn at random, so that none
        gains by how rows are sorted.
    explanation
        What the values are contributions of; None for baselines.
    """

    values: NDArray[np.float64]
    order: NDArray[np.int64]
    explanation: Explanation | None


def check_orderings(names: tuple[str, ...]) -> None:
    """Raise `UnknownNameError` where a name is none of `ORDERINGS`, nor "margin:" and a method."""
    for name in names:
        known = name in ORDERINGS or name.removeprefix(MARGIN) in ("auto", *METHODS)
        if not known:
            raise UnknownNameError(
                "there is no ordering {name}; choose of {names}, or write margin:auto",
                name=name,
                names=", ".join(ORDERINGS),
            )


def order_history(name: str, task: Task, *, rng: np.random.Generator) -> Ordering:
    """Order one history by a method in the history game, by "margin:METHOD", or by a baseline."""
    explanation = None
    if name in BASELINES:
        values = BASELINES[name](task, rng)
    else:
        margin = name.startswith(MARGIN)
        explanation = explain(
            task.model,
            task.history,
            task.target,
            method=cast(Method, name.removeprefix(MARGIN)),
            game="margin" if margin else "history",
            competitors=task.rivals if margin else None,
            rng=rng,
            effort=task.effort,
        )
        values = explanation.contributions
    order = np.lexsort((rng.random(len(values)), -values))
    return Ordering(values, order, explanation)
