"""The rows of a report, read off an analysis: overall, by group, gaps, what is withheld."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from audits.analysis import Partition, Statistics
from audits.contrasts import mean_difference, smallest_ratio, widest_difference
from audits.gaps import Gap
from audits.intervals import percentile_interval
from audits.means import bounded, moment_row
from audits.partials import USER_METRICS
from audits.permutation import adjust
from audits.power import detectable_by_moments
from audits.results import DIFFERENCE, MAD, RATIO, Result, Summary, Suppressed
from audits.settings import Settings
from audits.system import system_rows

__all__ = ["summarise", "withheld_reason"]

TOO_FEW = "none: fewer than 2 groups may be compared"


def summarise(found: Statistics) -> Summary:
    """Give every measure its n and interval: overall, by group, and for the gap between groups."""
    results = _overall_rows(found) + system_rows(found.tally)
    suppressed: list[Suppressed] = []
    for partition in found.partitions:
        results += _group_rows(found, partition) + _gap_rows(found, partition)
        suppressed += _withheld(found, partition)
    return Summary(tuple(_adjusted(results)), tuple(suppressed))


def withheld_reason(settings: Settings) -> str:
    """Say why a cell is withheld."""
    return f"fewer than {settings.min_group} users, or withheld to protect such a group"


def _overall_rows(found: Statistics) -> list[Result]:
    low, high = percentile_interval(found.means)
    return [
        moment_row(
            found.moments[m],
            (float(low[m]), float(high[m])),
            metric=metric,
            k=found.tally.k,
            method=found.method,
        )
        for m, metric in enumerate(USER_METRICS)
    ]


def _group_rows(found: Statistics, partition: Partition) -> list[Result]:
    groups = partition.groups
    low, high = percentile_interval(partition.means)
    others = partition.moments.others()
    rows = []
    for g, m in np.argwhere(partition.visible):
        moments = partition.moments[g, m]
        row = moment_row(
            moments,
            (float(low[g, m]), float(high[g, m])),
            metric=USER_METRICS[m],
            k=found.tally.k,
            method=found.method,
            by=groups.attribute,
            group=groups.names[g],
        )
        rows.append(replace(row, detectable=detectable_by_moments(moments, others[g, m])))
    return rows


def _gap_rows(found: Statistics, partition: Partition) -> list[Result]:
    """Difference, ratio and mean difference of every measure."""
    rows: list[Result] = []
    for m, metric in enumerate(USER_METRICS):
        by = partition.groups.attribute
        row = Result(metric, found.tally.k, by, DIFFERENCE, 0, None, None, None, TOO_FEW)
        gap = partition.gaps.get(m)
        if gap is None:
            rows += [row, replace(row, group=RATIO), replace(row, group=MAD)]
        else:
            row = replace(row, n=gap.n)
            samples = partition.means[:, gap.codes, m]
            rows += _rows_of_gap(gap, row, samples, method=found.method)
    return rows


def _rows_of_gap(
    gap: Gap, row: Result, samples: NDArray[np.float64], *, method: str
) -> list[Result]:
    means = np.array(gap.means)
    method = f"{method}, all pairs of groups at once"
    difference = replace(
        row,
        value=gap.difference,
        by_chance=gap.by_chance,
        p_value=gap.p_value,
        effect_size=gap.effect_size,
        detectable=gap.detectable,
    )
    ratio = replace(row, group=RATIO, value=gap.ratio, interval="none: the largest mean is 0")
    if gap.ratio is not None:
        ratio = bounded(ratio, smallest_ratio(means, samples), method=method)
    mean_gap = replace(row, group=MAD, value=gap.mean_difference)
    return [
        bounded(difference, widest_difference(means, samples), method=method),
        ratio,
        bounded(mean_gap, mean_difference(means, samples), method=method),
    ]


def _adjusted(rows: list[Result]) -> list[Result]:
    """Give every p-value its place in the family of all differences of the report."""
    tested = [i for i, row in enumerate(rows) if row.p_value is not None]
    adjusted = adjust([rows[i].p_value or 0.0 for i in tested])
    for i, p in zip(tested, adjusted, strict=True):
        rows[i] = replace(rows[i], p_adjusted=float(p))
    return rows


def _withheld(found: Statistics, partition: Partition) -> list[Suppressed]:
    reason = withheld_reason(found.settings)
    groups = partition.groups
    return [
        Suppressed(USER_METRICS[m], found.tally.k, groups.attribute, groups.names[g], reason)
        for g, m in np.argwhere(~partition.visible)
    ]
