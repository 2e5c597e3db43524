"""A surrogate: a shallow decision tree that imitates a recommender, and how well it does."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray
from scipy.stats import spearmanr
from sklearn.tree import DecisionTreeRegressor

from engine.dataset import Dataset
from engine.errors import OptionError
from engine.histories import Histories
from engine.models.base import Recommender
from engine.ranking import top_n

__all__ = ["Surrogate", "grow_surrogate"]

# Unseen items a person: the best ones, where lists are made, and some at random.
_BEST, _RANDOM = 10, 30
_HELD_OUT = 0.25
_LEAST_PEOPLE = 8


@dataclass(frozen=True, eq=False)
class Surrogate:
    """A tree of yes-no questions about a person and an item that imitates a score.

    Attributes
    ----------
    nodes
        Columns node, parent, answer ("yes" or "no" to the parent's question; null at the root),
        feature and threshold (the question: is the feature at most this? null in a leaf), value
        (the mean score there) and share (of the pairs it was grown on).
    importance
        Columns feature and share: of the squared error the tree takes away, largest first.
    r2
        On people it was not grown on: 1 is perfect, 0 no better than one number for all pairs.
    rank_agreement
        Mean Spearman correlation of tree and model within each of these people.
    people, depth, evaluations
        How many people it was grown and measured on, how deep it is, histories scored.

    Notes
    -----
    It says what the recommender does on average, not why one item was listed.
    """

    nodes: pl.DataFrame
    importance: pl.DataFrame
    r2: float
    rank_agreement: float
    people: int
    depth: int
    evaluations: int


def grow_surrogate(
    model: Recommender,
    dataset: Dataset,
    *,
    people: int = 300,
    depth: int = 3,
    rng: np.random.Generator,
) -> Surrogate:
    """Grow a tree on the scores of pairs, and measure it on a quarter of the people.

    Features of a pair: how many people have the item, how long the history is, the share of the
    history that has a category of the item, each category of the item, and the person's
    attributes.

    Raises
    ------
    OptionError
        Fewer than eight people, or a depth below 1.
    """
    if min(people, dataset.n_users) < _LEAST_PEOPLE or depth < 1:
        raise OptionError(
            "a surrogate of depth {depth} on {people} people cannot be grown and measured; give a "
            "depth from 1 and {least} people or more",
            depth=depth,
            people=min(people, dataset.n_users),
            least=_LEAST_PEOPLE,
        )
    rows = rng.permutation(dataset.n_users)[:people]
    histories = dataset.histories.take(rows)
    scores = model.score(histories).astype(np.float64)
    owners, items = _pairs(scores, histories, rng)
    names, features = _features(dataset, histories, owners=owners, items=items, rows=rows)
    values = scores[owners, items]
    grown = owners >= max(int(_HELD_OUT * len(rows)), 2)
    tree = DecisionTreeRegressor(max_depth=depth, min_samples_leaf=0.01, random_state=0)
    tree.fit(features[grown], values[grown])
    guessed, true, who = tree.predict(features[~grown]), values[~grown], owners[~grown]
    spread = ((true - true.mean()) ** 2).sum()
    return Surrogate(
        nodes=_nodes(tree, names),
        importance=_importance(tree, names),
        r2=float(1 - ((true - guessed) ** 2).sum() / spread) if spread else float("nan"),
        rank_agreement=_agreement(guessed, true, who),
        people=len(rows),
        depth=int(tree.get_depth()),
        evaluations=len(rows),
    )


def _pairs(
    scores: NDArray[np.float64], histories: Histories, rng: np.random.Generator
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    unseen = ~histories.seen()
    best = top_n(scores, unseen, n=min(_BEST, scores.shape[1]))
    chosen = [
        np.union1d(
            best[row][best[row] >= 0], rng.permutation(np.flatnonzero(unseen[row]))[:_RANDOM]
        )
        for row in range(len(scores))
    ]
    owners = np.repeat(np.arange(len(scores)), [len(items) for items in chosen])
    return owners, np.concatenate(chosen).astype(np.int64)


def _features(
    dataset: Dataset,
    histories: Histories,
    *,
    owners: NDArray[np.int64],
    items: NDArray[np.int64],
    rows: NDArray[np.int64],
) -> tuple[list[str], NDArray[np.float64]]:
    counts = np.bincount(dataset.histories.items, minlength=dataset.n_items)
    names, has = _categories(dataset)
    lengths = histories.lengths.astype(np.float64)
    shared = (histories.seen().astype(np.float64) @ has) / np.maximum(lengths, 1)[:, None]
    overlap = np.where(has[items] > 0, shared[owners], 0).max(axis=1, initial=0)
    columns = {"popularity": counts[items], "history length": lengths[owners], "overlap": overlap}
    columns |= {f"category: {name}": has[items, place] for place, name in enumerate(names)}
    for name in dataset.users.columns[1:]:
        values = dataset.users[name].to_list()
        kinds = sorted({str(value) for value in values if value is not None})
        if 2 <= len(kinds) <= 30:
            own = np.array([str(values[row]) for row in rows], dtype=object)[owners]
            columns |= {f"{name}: {kind}": own == kind for kind in kinds}
    return list(columns), np.column_stack([np.asarray(c, dtype=float) for c in columns.values()])


def _categories(dataset: Dataset) -> tuple[list[str], NDArray[np.float64]]:
    lists = dataset.items["categories"].to_list()
    names = sorted({name for each in lists for name in each})
    place = {name: column for column, name in enumerate(names)}
    has = np.zeros((len(lists), len(names)))
    for row, each in enumerate(lists):
        has[row, [place[name] for name in each]] = 1
    return names, has


def _nodes(tree: DecisionTreeRegressor, names: list[str]) -> pl.DataFrame:
    inner = tree.tree_
    parents: dict[int, tuple[int, str]] = {}
    for node, (yes, no) in enumerate(zip(inner.children_left, inner.children_right, strict=True)):
        parents |= {int(yes): (node, "yes"), int(no): (node, "no")} if yes >= 0 else {}
    total = inner.n_node_samples[0]
    table = [
        (
            node,
            *parents.get(node, (None, None)),
            names[inner.feature[node]] if inner.feature[node] >= 0 else None,
            float(inner.threshold[node]) if inner.feature[node] >= 0 else None,
            float(inner.value[node].ravel()[0]),
            float(inner.n_node_samples[node] / total),
        )
        for node in range(inner.node_count)
    ]
    schema = {
        "node": pl.Int64,
        "parent": pl.Int64,
        "answer": pl.String,
        "feature": pl.String,
        "threshold": pl.Float64,
        "value": pl.Float64,
        "share": pl.Float64,
    }
    return pl.DataFrame(table, schema=schema, orient="row")


def _importance(tree: DecisionTreeRegressor, names: list[str]) -> pl.DataFrame:
    shares = pl.DataFrame({"feature": names, "share": tree.feature_importances_})
    return shares.filter(pl.col("share") > 0).sort("share", "feature", descending=[True, False])


def _agreement(
    guessed: NDArray[np.float64], true: NDArray[np.float64], who: NDArray[np.int64]
) -> float:
    found = []
    for person in np.unique(who):
        own = who == person
        if np.ptp(guessed[own]) > 0 and np.ptp(true[own]) > 0:
            found.append(float(spearmanr(guessed[own], true[own]).statistic))
    return float(np.mean(found)) if found else float("nan")
