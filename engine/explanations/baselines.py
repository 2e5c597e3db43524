"""Baselines of published comparisons: what orders a history without being a Shapley value.

Several are weaker than their names; they are here as they were compared with, so that a better
figure is one on the same model, by the same cuts.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from warnings import catch_warnings, simplefilter

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from sklearn.cluster import KMeans
from sklearn.exceptions import ConvergenceWarning
from threadpoolctl import threadpool_limits

from engine.dataset import Dataset
from engine.explanations.attribution import explain
from engine.explanations.fidelity_cuts import outputs_of
from engine.explanations.groups import Group
from engine.explanations.masked_lime import fit_masks
from engine.explanations.question import Effort
from engine.explanations.rescoring import Rescorer
from engine.histories import Histories
from engine.models.base import Recommender

__all__ = ["BASELINES", "Background", "Baseline", "Task"]

_CLUSTERS = 10
# Of LIME as LXR runs it: samples, least and most flips in one, and the width of its kernel.
_SAMPLES, _LEAST_FLIPS, _MOST_FLIPS, _WIDTH = 150, 50, 100, 25.0
# ACCENT looks at the first five of the list.
_LISTED = 5


@dataclass(frozen=True, eq=False)
class Background:
    """What is known of items from the people a model has learned from.

    Attributes
    ----------
    has
        (I, U) 1 where a person has the item.
    """

    has: sparse.csr_array

    @staticmethod
    def of(train: Dataset) -> Background:
        """Take it from a training set."""
        matrix = train.histories.matrix()
        matrix.data[:] = 1
        return Background(sparse.csr_array(matrix.T.astype(np.float64)))

    @cached_property
    def counts(self) -> NDArray[np.float64]:
        """(I,) how many people have each item."""
        return np.asarray(self.has.sum(axis=1)).ravel()

    @cached_property
    def clusters(self) -> NDArray[np.int64]:
        """(I,) the one of ten clusters of items that each is in, by k-means over who has it."""
        n = min(_CLUSTERS, self.has.shape[0])
        rows = sparse.csr_matrix(self.has)
        rows.indices, rows.indptr = rows.indices.astype(np.int32), rows.indptr.astype(np.int32)
        # Fewer kinds of items than clusters leave some clusters empty, which is no harm.
        with threadpool_limits(1), catch_warnings():
            simplefilter("ignore", ConvergenceWarning)
            found = KMeans(n, n_init=1, random_state=0).fit(rows)
        return np.asarray(found.labels_, dtype=np.int64)

    def together(self, items: NDArray[np.integer], target: int) -> NDArray[np.float64]:
        """(P,) how many people have both an item and the target."""
        return np.asarray((self.has[items] @ self.has[[target]].T).toarray())[:, 0]


@dataclass(frozen=True, eq=False)
class Task:
    """One person's target: what an ordering of the history is asked about.

    Attributes
    ----------
    model, history, target
        The model, one history, and an item row that is not in it.
    rivals
        The rows that follow the target by score, best first.
    background
        Of the people the model has learned from.
    effort
        Of sampled methods.
    """

    model: Recommender
    history: Histories
    target: int
    rivals: tuple[int, ...]
    background: Background
    effort: Effort = field(default_factory=Effort)


Baseline = Callable[[Task, np.random.Generator], NDArray[np.float64]]


def _random(task: Task, rng: np.random.Generator) -> NDArray[np.float64]:
    """Draw the order: the floor."""
    return rng.random(len(task.history.items))


def _jaccard(task: Task, rng: np.random.Generator) -> NDArray[np.float64]:
    """Of the people who have either item, the share who have both."""
    both = task.background.together(task.history.items, task.target)
    counts = task.background.counts
    either = counts[task.history.items] + counts[task.target] - both
    return np.asarray(both / np.maximum(either, 1))


def _cosine(task: Task, rng: np.random.Generator) -> NDArray[np.float64]:
    """Cosine of who has one item and who has the other."""
    both = task.background.together(task.history.items, task.target)
    counts = task.background.counts
    size = np.sqrt(counts[task.history.items] * counts[task.target])
    return np.asarray(both / np.maximum(size, 1))


def _lime_as_lxr(task: Task, rng: np.random.Generator) -> NDArray[np.float64]:
    """LIME whose samples flip 50 to 100 items of the catalogue, so mostly add unseen ones.

    150 samples and the whole history; a kernel so wide that all weigh alike; a ridge of the
    model's output on who of the history is left.
    """
    history, n_items = task.history, task.history.n_items
    kept = np.ones((_SAMPLES + 1, len(history.items)), dtype=bool)
    rows, added = [], []
    place = np.full(n_items, -1)
    place[history.items] = np.arange(len(history.items))
    for row in range(1, _SAMPLES + 1):
        count = int(rng.integers(_LEAST_FLIPS, _MOST_FLIPS + 1))
        flipped = rng.permutation(n_items)[:count]
        kept[row, place[flipped][place[flipped] >= 0]] = False
        new = flipped[place[flipped] < 0]
        rows.append(np.full(len(new), row))
        added.append(new)
    asked = Rescorer(task.model, history, task.target, n=1).without(~kept)
    asked = asked.append(np.concatenate(rows), np.concatenate(added))
    scores = task.model.score(asked).astype(np.float64)
    values = outputs_of(task.model, scores, np.array([task.target]))
    size = np.sqrt(np.maximum(asked.lengths, 1) * len(history.items))
    away = 1 - kept.sum(axis=1) / size
    return fit_masks(kept, values, weights=np.exp(-(away**2) / _WIDTH**2 / 2))[1][:, 0]


def _shap_of_clusters(task: Task, rng: np.random.Generator) -> NDArray[np.float64]:
    """Shapley values, exact, of ten clusters of items: all items of a cluster get the same."""
    clusters = task.background.clusters[task.history.items]
    names = np.unique(clusters)
    groups = [
        Group("category", str(name), tuple(np.flatnonzero(clusters == name).tolist()))
        for name in names
    ]
    found = explain(
        task.model,
        task.history,
        task.target,
        method="enumeration",
        game="attributes",
        groups=groups,
    )
    return found.contributions[np.searchsorted(names, clusters)]


def _influences(task: Task, rows: tuple[int, ...]) -> NDArray[np.float64]:
    """(P, A) what the output of some items loses without each history item."""
    n = len(task.history.items)
    away = np.concatenate([np.zeros((1, n), dtype=bool), np.eye(n, dtype=bool)])
    asked = Rescorer(task.model, task.history, task.target, n=1).without(away)
    scores = task.model.score(asked).astype(np.float64)
    outputs = outputs_of(task.model, scores, np.array(rows, dtype=np.int64))
    return np.asarray(outputs[0] - outputs[1:])


def _accent_as_lxr(task: Task, rng: np.random.Generator) -> NDArray[np.float64]:
    """Sum what the four runner-ups lose: as coded there, the target's own loss drops out."""
    return np.asarray(_influences(task, task.rivals[: _LISTED - 1]).sum(axis=1))


def _accent(task: Task, rng: np.random.Generator) -> NDArray[np.float64]:
    """Take what the target loses more than the runner-up: how the gap between them closes."""
    losses = _influences(task, (task.target, *task.rivals[:1]))
    return np.asarray(losses[:, 0] - losses[:, 1:].sum(axis=1))


BASELINES: Mapping[str, Baseline] = {
    "random": _random,
    "jaccard": _jaccard,
    "cosine": _cosine,
    "lime-lxr": _lime_as_lxr,
    "shap-clusters": _shap_of_clusters,
    "accent-lxr": _accent_as_lxr,
    "accent": _accent,
}
