"""The whole audit of a run, the same from a page, from a job and from `recscope verify`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict

from audits.group_expressions import TIMES
from audits.item_groups import item_attributes
from audits.report import AuditReport, audit
from audits.settings import Settings
from audits.threshold_files import read_preset
from dashboard.components.attributes import group_options
from dashboard.jobs.data import TEST_SHARE
from dashboard.uploads.names import is_own
from engine.config import RunConfig
from engine.dataset import Dataset
from engine.exploration import recommend_and_measure, usual_draws
from engine.models.base import Recommender
from engine.sources.registry import own_split
from engine.splits import Split

__all__ = ["audit_run", "how_to_rerun"]


def audit_run(
    run: RunConfig,
    presets: Sequence[str],
    *,
    log: Dataset,
    split: Split,
    model: Recommender,
) -> AuditReport:
    """Audit everyone's list by all groupings that the data offer.

    Parameters
    ----------
    run, presets
        What is run, and the ready thresholds it is judged by.
    log, split
        The data set, and the split that pages make of it.
    model
        The model of the run, fitted on the split's training part.
    """
    offered = group_options(log)
    lists, achieved = recommend_and_measure(run, split.train, model=model, draws=usual_draws(run))
    return audit(
        interactions=split.train.interactions,
        held_out=split.held_out,
        recommendations=lists,
        users=split.train.users,
        items=split.train.items,
        k=run.n,
        by=_single(offered),
        by_items=item_attributes(split.train.items),
        together=offered,
        settings=Settings(seed=run.seed),
        thresholds=[limit for name in presets for limit in read_preset(name)],
        config=run.to_dict() | _how_split(run.dataset),
        exploration=asdict(achieved),
    )


def how_to_rerun(run: RunConfig, *, log: Dataset, split: Split) -> dict[str, str | float | int]:
    """Return the options of `recscope audit` that make the same report.

    There are none for somebody's own data set, which no command knows.
    """
    if is_own(run.dataset):
        return {}
    offered = group_options(log)
    return {
        **run.to_dict(),
        **asdict(Settings(seed=run.seed)),
        "by": ",".join(_single(offered)),
        "by_items": ",".join(item_attributes(split.train.items)),
        "together": ",".join(offered),
    }


def _single(offered: Sequence[str]) -> tuple[str, ...]:
    return tuple(option for option in offered if TIMES not in option)


def _how_split(dataset: str) -> dict[str, str | float]:
    if not is_own(dataset) and own_split(dataset) is not None:
        return {"split": "own"}
    return {"split": "random", "test_share": TEST_SHARE}
