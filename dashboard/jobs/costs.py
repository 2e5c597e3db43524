"""What work is expected to take, by figures measured once: whether a page may do it while it draws.

A page that takes longer than `PATIENCE` has a worker do it instead: then nobody waits for somebody
else's page, and whoever asked sees how far it is. Expected and not measured as it goes, for what
has begun in the server cannot be taken out of it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING
from weakref import WeakSet

from engine.config import RunConfig
from engine.dataset import Dataset
from engine.encoders.item_text import item_texts
from engine.encoders.text import is_encoded
from engine.models.registry import SERVINGS

if TYPE_CHECKING:
    from engine.explanations.explanation import Method

__all__ = [
    "PATIENCE",
    "affordable",
    "audit_seconds",
    "compare_seconds",
    "curve_seconds",
    "fit_seconds",
    "is_instant",
    "is_quick",
    "learns_in_epochs",
    "lists_seconds",
    "measure_seconds",
    "reason_seconds",
    "study_seconds",
]

PATIENCE = 2.0


@dataclass(frozen=True)
class _Model:
    """Seconds on MovieLens-100K, one core: to fit, and to score everyone.

    The fit grows with the interactions, or with the cube of the catalogue. Of models that learn in
    epochs only the scores count: their fits are always jobs.
    """

    fit: float
    score: float
    cubic: bool = False
    epochs: bool = False
    texts: bool = False


@dataclass(frozen=True)
class _Policy:
    """Seconds to get ready, and to choose for everyone at one rate."""

    ready: float = 0.0
    choose: float = 0.04
    texts: bool = False


_PEOPLE, _ITEMS, _ROWS = 943, 1682, 75_000
# Texts of items that were never read take so long on top.
_TEXTS = 20.0
_READ: WeakSet[Dataset] = WeakSet()
_MODELS: Mapping[str, _Model] = {
    "popularity": _Model(0.0, 0.01),
    "item-knn": _Model(0.6, 0.16),
    "user-knn": _Model(0.0, 0.16),
    "ease": _Model(0.35, 0.04, cubic=True),
    "graph-filter": _Model(0.35, 0.02, cubic=True),
    "admm-slim": _Model(3.5, 0.03, cubic=True),
    "als": _Model(0.35, 0.03),
    "content": _Model(0.2, 0.03, texts=True),
    "hybrid": _Model(2.7, 0.27, cubic=True),
    "hybrid-votes": _Model(2.7, 1.85, cubic=True),
    "hybrid-stacked": _Model(5.8, 0.11, cubic=True),
    "bpr": _Model(0.0, 0.02, epochs=True),
    "logistic-mf": _Model(0.0, 0.02, epochs=True),
    "mult-vae": _Model(0.0, 0.03, epochs=True),
    "lightgcn": _Model(0.0, 0.02, epochs=True),
    "lightgcn-kg": _Model(0.0, 0.02, epochs=True),
    "factorisation-machine": _Model(0.0, 0.03, epochs=True),
    "two-tower": _Model(0.0, 0.05, epochs=True),
    "sasrec": _Model(0.0, 1.1, epochs=True),
    "lstm": _Model(0.0, 1.1, epochs=True),
}
_UNKNOWN = _Model(0.0, 1.0)
_POLICIES: Mapping[str, _Policy] = {
    "interest-exploration": _Policy(1.0, 0.16, texts=True),
    "plackett-luce": _Policy(0.0, 0.12),
    "beta-thompson": _Policy(0.2, 0.12),
    "linear-thompson": _Policy(0.15, 0.16),
    "linucb": _Policy(0.1, 0.04),
    "neural-linear-ucb": _Policy(0.1, 0.04),
    "mmr": _Policy(0.0, 0.05),
    "calibration": _Policy(0.0, 0.15),
}
# Seconds to measure everyone's list once, and to audit it by every grouping.
_MEASURE, _AUDIT = 0.08, 1.0
_RATES = 11
# Histories that are scored for a counterfactual, for the test of reasons, for the main parameters
# and for the tree: as many as take as long, what is done beside the scores included.
_SEARCH = 9000
_STUDIES: Mapping[str, int] = {"removal": 16_000, "parameters": 4000, "surrogate": 400}


def affordable(seconds: Sequence[float]) -> list[bool]:
    """Return which of several pieces of work, in their order, a page may do in all.

    Examples
    --------
    >>> affordable([0.5, 1.0, 1.0, 0.25])
    [True, True, False, True]
    """
    spent, found = 0.0, []
    for one in seconds:
        found.append(spent + one <= PATIENCE)
        spent += one if found[-1] else 0.0
    return found


def is_quick(seconds: float) -> bool:
    """Whether a page may do work of so many seconds while it draws."""
    return seconds <= PATIENCE


def learns_in_epochs(model: str) -> bool:
    """Whether a model of ours goes through the data many times; nothing is loaded to tell."""
    return _model(model).epochs


def is_instant(model: str) -> bool:
    """Whether a fit takes no time on any data; what learns in epochs is not asked about."""
    return _model(model).fit == 0


def fit_seconds(model: str, train: Dataset) -> float:
    """Return what a fit is expected to take; of one in epochs, nothing."""
    cost = _model(model)
    if cost.cubic:
        return cost.fit * (train.n_items / _ITEMS) ** 3
    return cost.fit * train.interactions.height / _ROWS + (_to_read(train) if cost.texts else 0.0)


def lists_seconds(run: RunConfig, train: Dataset) -> float:
    """Return what everyone's list is expected to take, a quick fit included."""
    return _listed(run, train, rates=1, measured=0)


def measure_seconds(run: RunConfig, train: Dataset) -> float:
    """Return the same with the model's own lists beside it, both measured."""
    return _listed(run, train, rates=2, measured=2)


def curve_seconds(run: RunConfig, train: Dataset) -> float:
    """Return what a policy at every tenth of the rate is expected to take."""
    return _listed(run, train, rates=_RATES, measured=_RATES)


def audit_seconds(run: RunConfig, train: Dataset) -> float:
    """Return what the whole audit of a run is expected to take."""
    return _listed(run, train, rates=2, measured=0) + _AUDIT * train.n_users / _PEOPLE


def compare_seconds(model: str, train: Dataset) -> float:
    """Return what one model's own lists, measured, are expected to take."""
    return _listed(RunConfig("", model, "greedy", rate=0.0), train, rates=1, measured=1)


def reason_seconds(model: str, train: Dataset, *, method: Method | str, players: int) -> float:
    """Return what a reason is expected to take; ``method`` may be "counterfactual" as well.

    ``players`` are the items of the history, or the groups of them.
    """
    # SciPy with them, which a first page does not need.
    from engine.explanations.exact import MOST_ENUMERATED
    from engine.explanations.question import Effort

    effort = Effort()
    asked = {
        "exact": 0,
        "leave-one-out": players + 2,
        "enumeration": 2 ** min(players, MOST_ENUMERATED),
        "permutation": effort.most(players),
        "counterfactual": _SEARCH,
    }
    return _asked(model, train, asked.get(method, effort.evaluations(players)))


def study_seconds(model: str, train: Dataset, study: str) -> float:
    """Return what is expected of a question about many people: see `_STUDIES`."""
    return _asked(model, train, _STUDIES[study])


def _asked(model: str, train: Dataset, histories: int) -> float:
    return histories * _model(model).score * (train.n_items / _ITEMS) / _PEOPLE


def _listed(run: RunConfig, train: Dataset, *, rates: int, measured: int) -> float:
    policy = _POLICIES.get(run.policy, _Policy())
    # Scored once, however many rates.
    listed = policy.ready + _model(run.model).score + rates * policy.choose
    listed = listed * _size(train) + (_to_read(train) if policy.texts else 0.0)
    seconds = listed + measured * _MEASURE * train.n_users / _PEOPLE
    fit = fit_seconds(run.model, train)
    # A fit that is not quick is a job of its own, and is there already.
    return seconds + (fit if is_quick(fit) else 0.0)


def _to_read(train: Dataset) -> float:
    """Return what the texts of the items take yet; they are looked for until they are there."""
    if train not in _READ:
        if not is_encoded(item_texts(train.items)):
            return _TEXTS * train.n_items / _ITEMS
        _READ.add(train)
    return 0.0


def _size(train: Dataset) -> float:
    return train.n_users * train.n_items / (_PEOPLE * _ITEMS)


def _model(name: str) -> _Model:
    kind, colon, rest = name.partition(":")
    if colon and kind in SERVINGS:
        return _model(rest)
    return _MODELS.get(kind, _UNKNOWN)
