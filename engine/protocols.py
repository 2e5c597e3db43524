"""Protocols of published comparisons: what is filtered, and what is held out.

The plain splits keep every user and item; a protocol may drop some first.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import polars as pl

from engine.dataset import Dataset
from engine.errors import TableError
from engine.splits import SPLITS, Split, Splitter

__all__ = ["PROTOCOLS", "dense_core", "recbole"]

_LEAST_WEIGHT = 3.0
_CORE = 10
_SHARE = 0.1


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
