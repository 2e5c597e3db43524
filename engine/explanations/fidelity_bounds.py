"""How far DEL can fall at all: its least value over every order, where the model is linear."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit

from engine.errors import CapabilityError
from engine.explanations.baselines import Task
from engine.explanations.fidelity_cuts import PROTOCOLS
from engine.models.base import LinearRecommender, Recommender

__all__ = ["has_least_del", "least_del"]


def has_least_del(model: Recommender) -> bool:
    """Whether the model says h(b + Σ a_j) of a target, with h that never falls.

    A softmax chance is no such function: other items' scores move too.
    """
    can = model.capabilities
    linear = can.linear_in_history and isinstance(model, LinearRecommender)
    return linear and can.chance != "softmax"


def least_del(
    tasks: Sequence[Task], protocol: Literal["lxr", "refined"] = "lxr"
) -> NDArray[np.float64]:
    """(U,) the least DEL that any order of each history can have; the exact order has it.

    Let the model say f(S) = h(b + Σ_{j in S} a_j), with h that never falls, as the identity and
    the sigmoid. A cut that takes K of N away leaves h(b + Σ_N a - Σ_{taken} a). No K items have a
    larger sum than the K largest a, so no taken set of K leaves less than those do. These sets lie
    within each other as K grows, so one order, that of falling a, takes them all: it has the least
    f at every cut at once, and so the least mean of them. The Shapley values of this game are the
    a_j, so that order is the exact explanation's. How high DEL stands is then a property of the
    model and its people: no explanation of that model can have less.

    Turned around, the same holds of the most INS. CDCG and POS@K ask for the target's rank among
    others whose scores move as well, and have no such bound.

    Parameters
    ----------
    tasks
        Whose history, target and model; all of one model.
    protocol
        Which cuts.

    Raises
    ------
    CapabilityError
        A model is not of that form.
    """
    return np.array([_least(task, protocol) for task in tasks])


def _least(task: Task, protocol: Literal["lxr", "refined"]) -> float:
    model = task.model
    if not (isinstance(model, LinearRecommender) and has_least_del(model)):
        raise CapabilityError(
            "the model {model} is not linear in the history, so the least DEL of all orders is "
            "not known",
            model=model.name,
        )
    x = model.inputs(task.history.weights).astype(np.float64)
    a = np.sort(x * model.parts(task.history.items, task.target))[::-1]
    # What the K largest take away, for K from 0 to all.
    taken = np.concatenate([[0.0], a.cumsum()])[PROTOCOLS[protocol](len(a))]
    left = model.base_value(task.target) + a.sum() - taken
    return float((expit(left) if model.capabilities.chance == "sigmoid" else left).mean())
