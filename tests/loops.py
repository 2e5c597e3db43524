"""Feedback loops for proofs: run, measured a round at a time, and never kept whole."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import polars as pl

from audits.data import AuditData, prepare
from audits.feedback import Measured
from engine.config import stream
from engine.dataset import Dataset
from engine.models.registry import make_model
from engine.simulation.arms import Arm, run_arm, tabulate_arm
from engine.simulation.loop import LoopSettings
from engine.simulation.tastes import TasteModel
from engine.splits import Split

__all__ = ["Stage", "measure_arms", "stage"]


@dataclass(frozen=True, eq=False)
class Stage:
    """A data set whose training part is where loops start, and what draws tastes."""

    start: Dataset
    data: AuditData
    tastes: TasteModel
    by: tuple[str, ...]


def stage(split: Split, *, tastes: TasteModel, by: Iterable[str] = ()) -> Stage:
    """Prepare the audit of loops that start from the training part."""
    data = prepare(
        interactions=split.train.interactions,
        held_out=split.held_out,
        users=split.train.users,
        items=split.train.items,
    )
    return Stage(split.train, data, tastes, tuple(by))


def measure_arms(
    on: Stage,
    arms: Sequence[tuple[Arm, LoopSettings]],
    *,
    model: str,
    seeds: Iterable[int],
) -> pl.DataFrame:
    """Return the measures of every arm, each with settings of its own, in every world."""
    tables = []
    for seed in seeds:
        tastes = on.tastes(rng=stream(seed, "users"))
        for arm, settings in arms:
            measured = Measured(
                on.data,
                on.start.users,
                start=on.start.interactions,
                arm=arm.name,
                rate=None if arm.policy is None else arm.rate,
                seed=seed,
                by=on.by,
            )
            maker = make_model(model)
            for one in run_arm(arm, on.start, settings, model=maker, tastes=tastes, seed=seed):
                feedback = tabulate_arm(arm, [one], on.start, model=model, seed=seed)
                measured.add(feedback, index=one.index)
            tables.append(measured.table())
    return pl.concat(tables)
