"""Protocols of published comparisons: what is filtered, and what is held out.

The plain splits keep every user and item; a protocol may drop some first.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
import polars as pl

from engine.dataset import Dataset
from engine.errors import OptionError, TableError
from engine.histories import Histories
from engine.splits import SPLITS, Split, Splitter, check_share

__all__ = ["PROTOCOLS", "Strangers", "dense_core", "recbole", "strangers"]

_LEAST_WEIGHT = 3.0
_CORE = 10
_SHARE = 0.1
# Of `strangers`: 3.5 of 5 stars, 70 of 100 points.
_LIKED = 0.7
_LEAST_BOTH = 2
_LEAST_EXPLAINED = 5


@dataclass(frozen=True, eq=False)
class Strangers:
    """People a model learns from, and others it has never seen.

    Attributes
    ----------
    train
        The people to learn from; the catalogue is whole.
    histories
        Those of the others, in the order of their user rows.
    """

    train: Dataset
    histories: Histories


def recbole(dataset: Dataset, *, rng: np.random.Generator) -> Split:
    """Cut a data set as RecBole's published ML-1M comparison does.

    Weights below 3 are dropped, then users and items with fewer than 10 interactions, until none
    is left; of each user a random tenth is for validation and a tenth is held out, both rounded
    down but at least 1. Validation items are neither learned from nor listed.

    Raises
    ------
    TableError
        Nothing is left.
    """
    log = dataset.interactions.filter(pl.col("weight") >= _LEAST_WEIGHT)
    core = dense_core(dataset.with_interactions(log), least=_CORE)
    histories = core.histories
    draw = np.lexsort((rng.random(len(histories.items)), histories.rows))
    place = np.empty(len(draw), dtype=np.int64)
    place[draw] = np.arange(len(draw)) - histories.indptr[histories.rows]
    part = np.maximum(np.floor(_SHARE * histories.lengths).astype(np.int64), 1)[histories.rows]
    parts = core.interactions.with_columns(pl.Series("_part", np.minimum(place // part, 2)))
    held_out, validation, train = (
        parts.filter(pl.col("_part") == number).drop("_part") for number in range(3)
    )
    return Split(core.with_interactions(train), held_out, validation)


def strangers(dataset: Dataset, *, test_share: float = 0.2, seed: int = 42) -> Strangers:
    """Cut a data set as the published comparisons of explainers do (LXR, WWW 2024): by people.

    Kept is what weighs more than 0.7 of the largest weight (stars above 3.5 of 5), then users and
    items with at least two of these, until none is left to drop; a fifth of the people, drawn, is
    not learned from. Of those, the ones with at least five items are explained.

    Raises
    ------
    TableError
        Nothing is left.
    OptionError
        The share is not between 0 and 1, or nobody is left to explain.
    """
    check_share(test_share)
    log = dataset.interactions
    liked = pl.col("weight") > _LIKED * pl.col("weight").max()
    core = dense_core(dataset.with_interactions(log.filter(liked)), least=_LEAST_BOTH)
    # The published code cuts by train_test_split of scikit-learn, which draws like this.
    drawn = np.random.RandomState(seed).permutation(core.n_users)  # noqa: NPY002
    away = np.sort(drawn[: int(np.ceil(test_share * core.n_users))])
    others = away[core.histories.lengths[away] >= _LEAST_EXPLAINED]
    if not len(others):
        raise OptionError(
            "nobody held out of {dataset} has {least} items or more; choose a larger share",
            dataset=dataset.name,
            least=_LEAST_EXPLAINED,
        )
    users = core.users[np.setdiff1d(np.arange(core.n_users), away)]
    kept = core.interactions.join(users, on="user_id", how="semi", maintain_order="left")
    edges = core.edges
    if edges is not None:
        names = users["user_id"].implode()
        for end in ("source", "target"):
            edges = edges.filter((pl.col(f"{end}_kind") != "user") | pl.col(end).is_in(names))
    train = replace(core, interactions=kept, users=users, edges=edges)
    return Strangers(train, core.histories.take(others))


def dense_core(dataset: Dataset, *, least: int) -> Dataset:
    """Drop users and items with fewer interactions than that, until none is left to drop.

    Users, items and edges go with the interactions.

    Raises
    ------
    TableError
        Nothing is left.
    """
    log, before = dataset.interactions, -1
    while log.height != before:
        before = log.height
        for column in ("user_id", "item_id"):
            log = log.filter(pl.len().over(column) >= least)
    if log.is_empty():
        raise TableError(
            "{dataset} has no users and items with {least} interactions each among themselves; "
            "choose another protocol",
            dataset=dataset.name,
            least=least,
        )
    users = dataset.users.join(log, on="user_id", how="semi", maintain_order="left")
    items = dataset.items.join(log, on="item_id", how="semi", maintain_order="left")
    edges = dataset.edges
    if edges is not None:
        kept = {"user": users["user_id"].implode(), "item": items["item_id"].implode()}
        for end in ("source", "target"):
            for kind, ids in kept.items():
                edges = edges.filter((pl.col(f"{end}_kind") != kind) | pl.col(end).is_in(ids))
    return replace(dataset, interactions=log, users=users, items=items, edges=edges)


PROTOCOLS: Mapping[str, Splitter] = {
    **SPLITS,
    "recbole": lambda dataset, *, test_share, rng: recbole(dataset, rng=rng),
}
