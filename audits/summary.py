"""The rows of a report, read off an analysis: overall, by group, gaps, what is withheld."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from audits.analysis import Analysis, Partition
from audits.intervals import percentile_interval
from audits.means import mean_row, with_interval
from audits.partials import USER_METRICS
from audits.results import DIFFERENCE, RATIO, Result, Suppressed
from audits.settings import Settings
from audits.system import system_rows

__all__ = ["Summary", "summarise", "withheld_reason"]

TOO_FEW = "none: fewer than 2 groups may be compared"


@dataclass(frozen=True)
class Summary:
    """All rows of one audit, and the cells that are withheld."""

    results: tuple[Result, ...]
    suppressed: tuple[Suppressed, ...]


def summarise(analysis: Analysis) -> Summary:
    """Give every measure its n and interval: overall, by group, and for the gap between groups."""
    results = _overall_rows(analysis) + system_rows(analysis.evaluation)
    suppressed: list[Suppressed] = []
    for partition in analysis.partitions:
        results += _group_rows(analysis, partition) + _gap_rows(analysis, partition)
        suppressed += _withheld(analysis, partition)
    return Summary(tuple(results), tuple(suppressed))


def withheld_reason(settings: Settings) -> str:
    """Say why a cell is withheld."""
    return f"fewer than {settings.min_group} users, or withheld to protect such a group"


def _overall_rows(analysis: Analysis) -> list[Result]:
    values = analysis.evaluation.partial.values
    low, high = percentile_interval(analysis.means)
    return [
        mean_row(
            values[:, m],
            (float(low[m]), float(high[m])),
            metric=metric,
            k=analysis.evaluation.k,
            method=analysis.settings.method,
        )
        for m, metric in enumerate(USER_METRICS)
    ]


def _group_rows(analysis: Analysis, partition: Partition) -> list[Result]:
    values = analysis.evaluation.partial.values
    groups = partition.groups
    low, high = percentile_interval(partition.means)
    return [
        mean_row(
            values[groups.members(g), m],
            (float(low[g, m]), float(high[g, m])),
            metric=USER_METRICS[m],
            k=analysis.evaluation.k,
            method=analysis.settings.method,
            by=groups.attribute,
            group=groups.names[g],
        )
        for g, m in np.argwhere(partition.visible)
    ]


def _gap_rows(analysis: Analysis, partition: Partition) -> list[Result]:
    """Difference and ratio of every measure.

    The two groups are those of the full sample in every resample, so the lower end of a
    difference may lie below 0: then the order of the two groups is itself uncertain.
    """
    k, method = analysis.evaluation.k, analysis.settings.method
    rows: list[Result] = []
    for m, metric in enumerate(USER_METRICS):
        row = Result(
            metric, k, partition.groups.attribute, DIFFERENCE, 0, None, None, None, TOO_FEW
        )
        gap = partition.gaps.get(m)
        if gap is None:
            rows += [row, replace(row, group=RATIO)]
            continue
        upper = partition.means[:, gap.largest, m]
        lower = partition.means[:, gap.smallest, m]
        row = replace(row, n=gap.n, value=gap.difference, interval=method, by_chance=gap.by_chance)
        rows.append(with_interval(row, upper - lower))
        row = replace(row, group=RATIO, value=gap.ratio, by_chance=None)
        if gap.ratio is None:
            rows.append(replace(row, interval="none: the largest mean is 0"))
        else:
            rows.append(with_interval(row, lower / np.where(upper > 0, upper, np.nan)))
    return rows


def _withheld(analysis: Analysis, partition: Partition) -> list[Suppressed]:
    reason = withheld_reason(analysis.settings)
    groups = partition.groups
    return [
        Suppressed(
            USER_METRICS[m], analysis.evaluation.k, groups.attribute, groups.names[g], reason
        )
        for g, m in np.argwhere(~partition.visible)
    ]
