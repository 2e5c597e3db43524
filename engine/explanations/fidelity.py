"""How far explanations can be trusted: what the score does when what they name is taken away."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from copy import copy
from dataclasses import dataclass
from time import perf_counter
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from engine.errors import OptionError, UnknownNameError
from engine.explanations.baselines import Background, Task
from engine.explanations.fidelity_cuts import PROTOCOLS, Stands, cut_masks, share_sizes, stand
from engine.explanations.fidelity_quantities import (
    cf_quantities,
    cut_quantities,
    gini,
    listed_gains,
    share_quantities,
)
from engine.explanations.orderings import Ordering, check_orderings, order_history
from engine.explanations.question import Effort
from engine.explanations.rescoring import Rescorer
from engine.histories import Histories
from engine.models.base import Recommender
from engine.ranking import top_n

__all__ = [
    "COSTS",
    "Fidelity",
    "Meter",
    "Ordered",
    "Protocol",
    "cut_people",
    "find_tasks",
    "measure_fidelity",
    "order_people",
]

Protocol = Literal["lxr", "refined", "cfexprec"]
COSTS = ("additivity_error", "evaluations", "seconds")
# The competitors of a margin.
_RIVALS = 10


@dataclass(frozen=True, eq=False)
class Fidelity:
    """Quantities of M methods for the same U people, so that methods can be held pair by pair.

    Attributes
    ----------
    methods, measures
        Names; see `engine.explanations.fidelity_quantities` for what a measure means, and
        `COSTS` for those of every protocol: |what is left over| / |score - base value| of
        attributions, histories the model scored, and seconds of this machine.
    values
        (M, U, Q) NaN where a person has no value.
    """

    methods: tuple[str, ...]
    measures: tuple[str, ...]
    values: NDArray[np.float64]

    def of(self, method: str, measure: str) -> NDArray[np.float64]:
        """(U,) one measure of one method."""
        return np.asarray(self.values[self.methods.index(method), :, self.measures.index(measure)])


@dataclass(frozen=True, eq=False)
class Ordered:
    """Orders of U histories by M methods, from which any protocol can be measured.

    Attributes
    ----------
    methods
        Names.
    tasks
        U people's targets.
    made
        Of each person each method's order, with what it cost: see `COSTS`.
    """

    methods: tuple[str, ...]
    tasks: tuple[Task, ...]
    made: tuple[tuple[tuple[Ordering, dict[str, float]], ...], ...]


class Meter:
    """A model that counts the histories it scores; it is a copy, and the original stays as it is.

    Attributes
    ----------
    model
        What is asked in place of the original; it keeps its class and its closed forms.
    rows
        Histories scored so far.
    """

    def __init__(self, model: Recommender) -> None:
        self.rows = 0
        self._original = model
        self.model = copy(model)
        vars(self.model)["score"] = self._score

    def _score(self, histories: Histories) -> NDArray[np.float32]:
        self.rows += len(histories)
        return self._original.score(histories)


def measure_fidelity(
    model: Recommender,
    histories: Histories,
    *,
    background: Background,
    methods: Sequence[str],
    protocol: Protocol = "lxr",
    rng: np.random.Generator,
    effort: Effort | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Fidelity:
    """Order each history by each method, cut it, and see how its best unseen item stands then.

    Items of the whole history stay out of the ranking. Every method gets the same generator for
    the same person, so that one method more changes no other's figures.

    Parameters
    ----------
    model
        A fitted recommender.
    histories
        U people's; whoever has nothing, or nothing left to list, is left out.
    background
        Of the people the model has learned from, for the baselines.
    methods
        Names as in `engine.explanations.orderings`.
    protocol
        "lxr": 11 cuts from nothing to all; "refined": 1 to 5 items; "cfexprec": ten chunks, and
        the shortest prefix that takes the target off the list.
    rng
        Of drawn orders and sampled methods.
    effort
        Of sampled methods.
    progress
        Called with how many people are done, of how many.

    Raises
    ------
    UnknownNameError
        No ordering or protocol has that name.
    OptionError
        No method, or one twice; or nobody is left.
    """
    _check_protocol(protocol)
    ordered = order_people(
        model,
        histories,
        background=background,
        methods=methods,
        rng=rng,
        effort=effort,
        progress=progress,
    )
    return cut_people(ordered, protocol)


def order_people(
    model: Recommender,
    histories: Histories,
    *,
    background: Background,
    methods: Sequence[str],
    rng: np.random.Generator,
    effort: Effort | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Ordered:
    """Order each history by each method; parameters and errors as in `measure_fidelity`."""
    names = _checked(tuple(methods))
    tasks = find_tasks(model, histories, background, effort=effort)
    seed = int(rng.integers(2**63))
    if "shap-clusters" in names:
        # Once for everybody, so that the first person's seconds are like the others'.
        _ = background.clusters
    made = []
    for place, task in enumerate(tasks):
        made.append(tuple(_made(name, task, seed=[seed, place]) for name in names))
        if progress is not None:
            progress(place + 1, len(tasks))
    return Ordered(names, tuple(tasks), tuple(made))


def cut_people(ordered: Ordered, protocol: Protocol) -> Fidelity:
    """Cut every history by every order, ask the model again, and take the protocol's measures.

    Raises
    ------
    UnknownNameError
        No protocol has that name.
    """
    _check_protocol(protocol)
    rows = []
    for task, made in zip(ordered.tasks, ordered.made, strict=True):
        quantities = _CUTTERS[protocol](task, [ordering for ordering, _ in made])
        rows.append([{**found, **cost} for found, (_, cost) in zip(quantities, made, strict=True)])
    measures = tuple(rows[0][0])
    values = [[[found[name] for name in measures] for found in person] for person in rows]
    return Fidelity(ordered.methods, measures, np.array(values).transpose(1, 0, 2))


def find_tasks(
    model: Recommender,
    histories: Histories,
    background: Background,
    *,
    effort: Effort | None = None,
) -> list[Task]:
    """Return each person's best unseen item with the ten that follow it.

    Raises
    ------
    OptionError
        Nobody has both a history and something left to list.
    """
    tasks = []
    for row in np.flatnonzero(histories.lengths):
        history = histories.take([int(row)])
        best = top_n(model.score(history), ~history.seen(), n=_RIVALS + 1)[0]
        listed = tuple(best[best >= 0].tolist())
        if len(listed) > 1:
            tasks.append(
                Task(model, history, listed[0], listed[1:], background, effort or Effort())
            )
    if not tasks:
        raise OptionError("nobody has a history and two items left to list; give other people")
    return tasks


def _check_protocol(protocol: str) -> None:
    if protocol not in PROTOCOLS:
        raise UnknownNameError(
            "there is no protocol {protocol}; choose one of {names}",
            protocol=protocol,
            names=", ".join(PROTOCOLS),
        )


def _checked(names: tuple[str, ...]) -> tuple[str, ...]:
    check_orderings(names)
    if not names or len(set(names)) < len(names):
        raise OptionError(
            "the methods are {methods}; give one or more, each once", methods=", ".join(names)
        )
    return names


def _made(name: str, task: Task, *, seed: Sequence[int]) -> tuple[Ordering, dict[str, float]]:
    """Return an ordering and what it cost."""
    meter = Meter(task.model)
    counted = Task(
        meter.model, task.history, task.target, task.rivals, task.background, task.effort
    )
    start = perf_counter()
    ordering = order_history(name, counted, rng=np.random.default_rng(list(seed)))
    seconds = perf_counter() - start
    error = float("nan")
    if ordering.explanation is not None:
        error = ordering.explanation.additivity_error
    costs = (error, float(meter.rows), seconds)
    return ordering, dict(zip(COSTS, costs, strict=True))


def _ask(task: Task, masks: Sequence[NDArray[np.bool_]]) -> list[Stands]:
    """Ask about several stacks of masks at once; a part that several share is asked once."""
    n = len(task.history.items)
    flat = [mask.reshape(-1, n) for mask in masks]
    found = stand(task.model, task.history, task.target, np.concatenate(flat))
    return found.split([len(each) for each in flat])


def _by_cuts(task: Task, orders: list[Ordering], *, protocol: Protocol) -> list[dict[str, float]]:
    n = len(task.history.items)
    sizes, shares = PROTOCOLS[protocol](n), share_sizes(n)
    masks = [np.ones((1, n), dtype=bool)]
    for ordering in orders:
        masks += [cut_masks(ordering.order, sizes), cut_masks(ordering.order, shares)]
    whole, *found = _ask(task, masks)
    output, is_chance = float(whole.outputs[0]), task.model.capabilities.chance != "none"
    quantities = []
    for ordering, cuts, parts in zip(orders, found[::2], found[1::2], strict=True):
        quantities.append(
            {
                **cut_quantities(
                    cuts.ranks.reshape(3, -1),
                    cuts.outputs.reshape(3, -1),
                    whole=output,
                    is_chance=is_chance,
                ),
                **share_quantities(parts.outputs.reshape(3, -1), whole=output),
                "gini": gini(ordering.values),
            }
        )
    return quantities


def _by_prefixes(task: Task, orders: list[Ordering]) -> list[dict[str, float]]:
    n = len(task.history.items)
    sizes, each = PROTOCOLS["cfexprec"](n), np.arange(1, n + 1)
    masks = []
    for ordering in orders:
        masks += [cut_masks(ordering.order, sizes), cut_masks(ordering.order, each)[0]]
    found = _ask(task, masks)
    return [
        {
            **cf_quantities(
                cuts.ranks.reshape(3, -1),
                prefixes.ranks,
                {k: _gains(task, ordering, prefixes.ranks, k=k) for k in (3, 5)},
            ),
            "gini": gini(ordering.values),
        }
        for ordering, cuts, prefixes in zip(orders, found[::2], found[1::2], strict=True)
    ]


def _gains(
    task: Task, ordering: Ordering, prefixes: NDArray[np.int64], *, k: int
) -> tuple[float, float]:
    """Return what the shortest prefix that takes the target off the first k brings into them."""
    off = np.flatnonzero(prefixes > k)
    if not len(off):
        return 0.0, 0.0
    away = np.zeros(len(ordering.order), dtype=bool)
    away[ordering.order[: off[0] + 1]] = True
    ask = Rescorer(task.model, task.history, task.target, n=k)
    before = np.array([task.target, *task.rivals][:k])
    return listed_gains(before, ask.first(ask.without(away[None]), n=k)[0])


_CUTTERS: dict[Protocol, Callable[[Task, list[Ordering]], list[dict[str, float]]]] = {
    "lxr": lambda task, orders: _by_cuts(task, orders, protocol="lxr"),
    "refined": lambda task, orders: _by_cuts(task, orders, protocol="refined"),
    "cfexprec": _by_prefixes,
}
