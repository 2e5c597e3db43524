"""The whole audit of a run, the same from a page and from a job."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from audits.group_expressions import TIMES
from audits.item_groups import item_attributes
from audits.report import AuditReport, audit
from audits.settings import Settings
from audits.threshold_files import read_preset
from dashboard.components.attributes import group_options
from engine.config import RunConfig
from engine.dataset import Dataset
from engine.splits import Split

__all__ = ["audit_run"]


def audit_run(
    run: RunConfig, presets: Sequence[str], *, log: Dataset, split: Split, lists: pl.DataFrame
) -> AuditReport:
    """Audit everyone's list by all groupings that the data offer.

    Parameters
    ----------
    run, presets
        What was run, and the ready thresholds it is judged by.
    log, split
        The data set, and how it was split.
    lists
        The recommendations table.
    """
    offered = group_options(log)
    return audit(
        interactions=split.train.interactions,
        held_out=split.held_out,
        recommendations=lists,
        users=split.train.users,
        items=split.train.items,
        k=run.n,
        by=tuple(option for option in offered if TIMES not in option),
        by_items=item_attributes(split.train.items),
        together=offered,
        settings=Settings(seed=run.seed),
        thresholds=[limit for name in presets for limit in read_preset(name)],
        config=run.to_dict(),
    )
