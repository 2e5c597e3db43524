"""Tests of what a rule book asks of a system's options, made on the model itself.

Each looks at everyone with a history and counts those for whom it holds; nothing is drawn by
chance, so the model's own lists are compared.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import polars as pl
from numpy.typing import NDArray

from audits.report import OptionCheck
from engine.config import RunConfig
from engine.dataset import Dataset
from engine.histories import Histories
from engine.models.base import Recommender
from engine.ranking import top_n
from engine.recommend import fit_model

__all__ = ["check_options"]

BLOCK = 512


def check_options(config: RunConfig, train: Dataset) -> tuple[OptionCheck, ...]:
    """Make the three tests.

    - ``no_profiling``: give everyone the attributes of another, learn again: the same list.
    - ``empty_history``: leave the history out, as an option without profiling does: everybody
      gets the same list.
    - ``tag_deletion``: delete the largest category of a history: the list changes. What the person
      had before stays left out, so a change is not just its return.
    """
    model = fit_model(config, train)
    own = _lists(model, train.histories, train.histories, config.n)
    swapped = fit_model(config, _with_swapped_attributes(train))
    same = (own == _lists(swapped, train.histories, train.histories, config.n)).all(axis=1)
    nothing = Histories.empty(train.n_users, n_items=train.n_items)
    blank = _lists(model, nothing, nothing, config.n)
    checks = [
        OptionCheck("no_profiling", int(same.sum()), len(same)),
        OptionCheck("empty_history", int((blank == blank[:1]).all(axis=1).sum()), len(blank)),
    ]
    deleted, concerned = _without_largest_category(train)
    if concerned.any():
        left = _lists(model, deleted, train.histories, config.n)
        changed = (own != left).any(axis=1) & concerned
        checks.append(OptionCheck("tag_deletion", int(changed.sum()), int(concerned.sum())))
    return tuple(checks)


def _lists(
    model: Recommender, histories: Histories, seen: Histories, n: int
) -> NDArray[np.integer]:
    """(U, n) the model's own lists for some histories, without what was seen in others."""
    blocks = []
    for start in range(0, len(histories), BLOCK):
        rows = np.arange(start, min(start + BLOCK, len(histories)))
        blocks.append(top_n(model.score(histories.take(rows)), ~seen.take(rows).seen(), n=n))
    return np.concatenate(blocks)


def _with_swapped_attributes(train: Dataset) -> Dataset:
    users = train.users
    names = [name for name in users.columns if name != "user_id"]
    moved = [pl.concat([users[name].slice(1), users[name].slice(0, 1)]) for name in names]
    return replace(train, users=users.with_columns(moved))


def _without_largest_category(train: Dataset) -> tuple[Histories, NDArray[np.bool_]]:
    """Histories without their largest category, and whom that leaves something of."""
    rows = train.items.select("categories").with_row_index("item").explode("categories")
    pairs = rows.drop_nulls() if "categories" in train.items.columns else rows.clear()
    names = pairs["categories"].unique().sort()
    members = np.zeros((train.n_items, len(names)), dtype=bool)
    members[pairs["item"].to_numpy(), names.search_sorted(pairs["categories"])] = True
    histories = train.histories
    if not len(names):
        return histories, np.zeros(len(histories), dtype=bool)
    counts = histories.matrix() @ members.astype(np.float64)
    largest = np.asarray(counts).argmax(axis=1)
    keep = ~members[histories.items, largest[histories.rows]]
    left = histories.keep(keep)
    return left, (left.lengths > 0) & (left.lengths < histories.lengths)
