"""Measuring a run for the pages, from two analyses of the same people."""

from __future__ import annotations

from audits.analysis import Analysis
from audits.changes import changes, group_changes
from audits.data import AuditData
from audits.providers import exposure_change, exposure_row, provider_ratios
from audits.summary import summarise
from dashboard.measured_run import Exposure, MeasuredLists, MeasuredRun

__all__ = ["measure_lists", "measure_run"]


def measure_lists(data: AuditData, found: Analysis) -> MeasuredLists:
    """Give every number of one set of lists its n and interval."""
    ratios = provider_ratios(data, found.evaluation)
    return MeasuredLists(summarise(found), Exposure(exposure_row(data, found), ratios))


def measure_run(
    data: AuditData,
    before: Analysis,
    after: Analysis,
    *,
    measured: tuple[MeasuredLists, MeasuredLists] | None = None,
) -> MeasuredRun:
    """Put two sets of lists beside each other.

    Parameters
    ----------
    data
        What was audited.
    before, after
        The model's own lists, and those of the run.
    measured
        The two, where they are measured already.
    """
    old, new = measured or (measure_lists(data, before), measure_lists(data, after))
    return MeasuredRun(
        old,
        new,
        changes(before, after),
        group_changes(before, after),
        exposure_change(data, before, after),
    )
