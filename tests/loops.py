"""Feedback loops for proofs: run, measured a round at a time, and never kept whole."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from pathlib import Path

import polars as pl

from audits.data import AuditData, prepare
from audits.feedback import Measured
from dashboard.commands.output import write_table
from engine.cache import cache_folder
from engine.config import stream
from engine.dataset import Dataset
from engine.models.registry import make_model
from engine.simulation.arms import Arm, run_arm, tabulate_arm
from engine.simulation.loop import LoopSettings
from engine.simulation.tastes import TasteModel, Tastes
from engine.splits import Split
from tests.provenance import ROOT

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
    """Return the measures of every arm, each with settings of its own, in every world.

    What is measured is kept in the cache, under the sources that measured it, so that a proof that
    was cut off goes on from there.
    """
    tables = []
    for seed in seeds:
        tastes = on.tastes(rng=stream(seed, "users"))
        for arm, settings in arms:
            file = _kept_file(on, arm, settings, model=model, seed=seed)
            if not file.exists():
                measures = _measure(on, arm, settings, model=model, seed=seed, tastes=tastes)
                file.parent.mkdir(parents=True, exist_ok=True)
                write_table(measures, file)
            tables.append(pl.read_parquet(file))
    return pl.concat(tables)


def _measure(
    on: Stage, arm: Arm, settings: LoopSettings, *, model: str, seed: int, tastes: Tastes
) -> pl.DataFrame:
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
    return measured.table()


def _kept_file(on: Stage, arm: Arm, settings: LoopSettings, *, model: str, seed: int) -> Path:
    policy = arm.policy.name if arm.policy is not None else ""
    told = (_sources(), on.start.fingerprint, on.by, model, seed, policy, arm.rate, arm.single)
    digest = sha256(repr((*told, arm.name, settings)).encode()).hexdigest()
    return cache_folder() / "evidence" / f"{digest}.parquet"


@cache
def _sources() -> str:
    """Digest of the code that runs and measures loops; tastes are drawn by it too."""
    digest = sha256()
    for path in sorted((ROOT / "engine").rglob("*.py")) + sorted((ROOT / "audits").rglob("*.py")):
        digest.update(path.read_bytes())
    return digest.hexdigest()
