"""Sanity of explanations: steady over seeds, steady over a lost item, and the model's own."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from copy import deepcopy
from dataclasses import replace
from itertools import combinations
from typing import Any, TypeGuard

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.stats import kendalltau, spearmanr

from engine.errors import CapabilityError, OptionError
from engine.explanations.baselines import Background, Task
from engine.explanations.fidelity import Fidelity, find_tasks
from engine.explanations.orderings import check_orderings, order_history
from engine.explanations.question import Effort
from engine.histories import Histories
from engine.models.base import Recommender

__all__ = ["SANITY", "check_sanity", "shuffle_weights"]

# +1 where more is better, -1 where less is.
SANITY = {
    "seed_jaccard@5": 1,
    "seed_kendall": 1,
    "dropped_jaccard@5": 1,
    "dropped_kendall": 1,
    "randomised_spearman": -1,
}
_FIRST = 5


def check_sanity(
    model: Recommender,
    histories: Histories,
    *,
    background: Background,
    methods: Sequence[str],
    rng: np.random.Generator,
    seeds: int = 3,
    effort: Effort | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Fidelity:
    """Ask each method again where its answer should stay, and where it should change.

    seed_jaccard@5 and seed_kendall: mean agreement of pairs of seeds, of the first five and of the
    whole order (Kendall's tau). dropped_*: the same between the order without one item drawn from
    the history and the order made after that item is gone. randomised_spearman: size of the rank
    correlation with what the method says of a model of shuffled weights, for the same history and
    target; near 1 it does not look at the model. NaN where an order is of nothing, where the model
    has no weights to shuffle, or of fewer than three items.

    Parameters
    ----------
    model, histories, background, methods, rng, effort, progress
        As in `measure_fidelity`.
    seeds
        At least 2.

    Raises
    ------
    OptionError
        Fewer than two seeds, or nobody is left.
    UnknownNameError
        No ordering has that name.
    """
    if seeds < 2:
        raise OptionError("stability over {count} seeds says nothing; give 2 or more", count=seeds)
    names = tuple(methods)
    check_orderings(names)
    tasks = find_tasks(model, histories, background, effort=effort)
    seed = int(rng.integers(2**63))
    try:
        shuffled = shuffle_weights(model, rng=rng)
    except CapabilityError:
        shuffled = None
    rows = []
    for place, task in enumerate(tasks):
        rows.append(
            [_check(name, task, shuffled, seed=[seed, place], seeds=seeds) for name in names]
        )
        if progress is not None:
            progress(place + 1, len(tasks))
    return Fidelity(names, tuple(SANITY), np.array(rows).transpose(1, 0, 2))


def shuffle_weights(model: Recommender, *, rng: np.random.Generator) -> Recommender:
    """Return a copy whose learned matrices have rows and columns shuffled, each on its own.

    Matrices are what stands in attributes that end in an underscore, and the parameters of
    networks; the members of a hybrid are shuffled alike.

    Raises
    ------
    CapabilityError
        The model holds no matrix that we know of.
    """
    twin = deepcopy(model)
    if not _shuffle(twin, rng):
        raise CapabilityError(
            "the model {model} holds no weights that could be shuffled", model=model.name
        )
    return twin


def _shuffle(model: Recommender, rng: np.random.Generator) -> int:
    """Shuffle in place; return how many matrices there were."""
    done = 0
    for name, value in vars(model).items():
        members = value if isinstance(value, list | tuple) else [value]
        done += sum(_shuffle(each, rng) for each in members if _is_fitted(each))
        if not name.endswith("_") or name in model.spare:
            continue
        if _is_matrix(value):
            rows, columns = (rng.permutation(size) for size in value.shape[:2])
            vars(model)[name] = value[rows][:, columns]
            done += 1
        elif hasattr(value, "named_parameters"):
            done += _shuffle_network(value, rng)
    return done


def _is_fitted(value: object) -> TypeGuard[Recommender]:
    return isinstance(value, Recommender) and hasattr(value, "n_items_")


def _is_matrix(value: object) -> bool:
    if isinstance(value, sparse.sparray | sparse.spmatrix):
        return True
    return isinstance(value, np.ndarray) and value.ndim > 1 and value.dtype.kind == "f"


def _shuffle_network(network: Any, rng: np.random.Generator) -> int:
    """Shuffle a torch network's matrices, without an import of torch."""
    done = 0
    for _, weights in network.named_parameters():
        if weights.ndim > 1:
            rows, columns = (rng.permutation(size) for size in weights.shape[:2])
            weights.data.copy_(weights.data[rows][:, columns].clone())
            done += 1
    return done


def _check(
    name: str, task: Task, shuffled: Recommender | None, *, seed: list[int], seeds: int
) -> list[float]:
    runs = [order_history(name, task, rng=np.random.default_rng([*seed, k])) for k in range(seeds)]
    pairs = [(a.values, b.values) for a, b in combinations(runs, 2)]
    first = runs[0].values
    lost = int(np.random.default_rng(seed).integers(len(first)))
    left = np.arange(len(first)) != lost
    again = [np.nan, np.nan]
    if left.sum() > 1:
        fewer = replace(task, history=task.history.keep(left))
        after = order_history(name, fewer, rng=np.random.default_rng([*seed, 0])).values
        again = [_jaccard(first[left], after), _kendall(first[left], after)]
    alike = np.nan
    if shuffled is not None:
        other = replace(task, model=shuffled)
        values = order_history(name, other, rng=np.random.default_rng([*seed, 0])).values
        alike = _spearman(first, values)
    return [
        float(np.mean([_jaccard(a, b) for a, b in pairs])),
        float(np.mean([_kendall(a, b) for a, b in pairs])),
        *again,
        alike,
    ]


def _jaccard(a: NDArray[np.float64], b: NDArray[np.float64]) -> float:
    """Return the share of the first five of either that are in both; ties in history order."""
    first, second = (set(np.argsort(-each, kind="stable")[:_FIRST].tolist()) for each in (a, b))
    return len(first & second) / len(first | second)


def _kendall(a: NDArray[np.float64], b: NDArray[np.float64]) -> float:
    if np.ptp(a) == 0 or np.ptp(b) == 0:
        return float("nan")
    return float(kendalltau(a, b).statistic)


def _spearman(a: NDArray[np.float64], b: NDArray[np.float64]) -> float:
    if len(a) < 3 or np.ptp(a) == 0 or np.ptp(b) == 0:
        return float("nan")
    return abs(float(spearmanr(a, b).statistic))
