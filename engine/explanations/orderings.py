"""Orderings of a history by name: every method of explanation, and every baseline."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import cast

import numpy as np
from numpy.typing import NDArray

from engine.errors import OptionError, UnknownNameError
from engine.explanations.attribution import explain
from engine.explanations.baselines import BASELINES, Task
from engine.explanations.explanation import Explanation, Method
from engine.explanations.methods import METHODS

__all__ = ["ORDERINGS", "Ordering", "check_orderings", "order_history"]

_MARGIN, _RATE = "margin:", "@"
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


def check_orderings(names: Sequence[str]) -> None:
    """Check that every name can be asked for; see `order_history`.

    Raises
    ------
    UnknownNameError
        A name is none of `ORDERINGS`.
    OptionError
        What follows the @ is not a whole number from 1.
    """
    for name in names:
        _, method, _ = _read(name)
        known = ORDERINGS if name == method else ("auto", *METHODS)
        if method not in known:
            raise UnknownNameError(
                "there is no ordering {name}; choose of {names}, or write margin:auto, or "
                "permutation@10 for 10 evaluations a player",
                name=name,
                names=", ".join(ORDERINGS),
            )


def order_history(name: str, task: Task, *, rng: np.random.Generator) -> Ordering:
    """Order one history.

    Parameters
    ----------
    name
        A baseline, or a method in the history game; "margin:METHOD" in the margin game, against
        the task's rivals; "METHOD@K" with K (n + 1) evaluations for n players, so that
        "permutation@10" draws ten orders, which are five antithetic pairs.
    """
    if name in BASELINES:
        return _sorted(BASELINES[name](task, rng), None, rng)
    margin, method, rate = _read(name)
    effort = task.effort
    if rate is not None:
        effort = replace(effort, budget=rate * (len(task.history.items) + 1))
    explanation = explain(
        task.model,
        task.history,
        task.target,
        method=cast(Method, method),
        game="margin" if margin else "history",
        competitors=task.rivals if margin else None,
        rng=rng,
        effort=effort,
    )
    return _sorted(explanation.contributions, explanation, rng)


def _sorted(
    values: NDArray[np.float64], explanation: Explanation | None, rng: np.random.Generator
) -> Ordering:
    return Ordering(values, np.lexsort((rng.random(len(values)), -values)), explanation)


def _read(name: str) -> tuple[bool, str, int | None]:
    """Return whether it is of a margin, the method, and evaluations a player."""
    method, at, rate = name.removeprefix(_MARGIN).partition(_RATE)
    if at and not (rate.isdecimal() and int(rate) > 0):
        raise OptionError(
            "the ordering {name} asks for {rate} evaluations a player; write permutation@10",
            name=name,
            rate=repr(rate),
        )
    return name.startswith(_MARGIN), method, int(rate) if at else None
